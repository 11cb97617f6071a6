"""A report as HTML. Pure: a report in, text out; every text of the learner's is escaped.

Styles stand in the elements, since viewers drop style sheets; colours are those of JupyterLab's
theme where there is one, else such that can be read on black and on white.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from grader.judge.catalogue import LOADS, WRITTEN
from grader.report import Check, Report
from grader.views.layout import visible
from grader.views.text import About, command, words

BAD = "var(--jp-error-color1, #d9534f)"
GOOD = "var(--jp-success-color1, #3a9d5d)"
DIM = "var(--jp-ui-font-color2, #808080)"
COLOURS = {"passed": GOOD, "missing": DIM, "skipped": DIM}
MARKS = {"passed": "✓", "skipped": "-"}

_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0;background:none"
_LABEL = f"flex:0 0 8em;color:{DIM};font-size:0.93em"
_BESIDE = "flex:1 1 15em;min-width:0"
_PRE = "margin:0;max-height:22em;overflow:auto;background:none;white-space:pre"
_CODE = re.compile(r"`([^`]+)`")


def verdict(
    report: Report, about: About, notes: Iterable[str] = (), printed: Iterable[str] = ()
) -> str:
    """Everything on one cell: what broke or that all holds, then the laws, then the rest."""
    head = _praise(report, about) if report.passed else _broken(report, report.faults[0], about)
    rest = [_laws(report), _printed(tuple(printed)), *(f"<p>{_said(note)}</p>" for note in notes)]
    return _boxed("".join([head, *rest]), COLOURS.get(report.verdict, BAD))


def trap(title: str, says: str, check: Check) -> str:
    """A mistake shown failing: its name, what it does to the smallest input, and what is right."""
    what = check.says.split("\n")[0]
    head = f"<p><b>{_said(title)}</b></p><p>{_marked(check.outcome)} {_said(what)}</p>"
    return _boxed(head + _labelled([*_example(check), ("mistake", _said(says))]), BAD)


def _praise(report: Report, about: About) -> str:
    count = len(report.checks)
    held = "1 law holds" if count == 1 else f"all {count} laws hold"
    text = f"{report.exercise} passed: {held} in {report.seconds:.2f} s."
    some = " Only what --only names was checked." if about.options.only is not None else ""
    return f"<p><b>{_marked('passed')} {_said(text + some)}</b></p>"


def _broken(report: Report, check: Check, about: About) -> str:
    """The first check that does not hold: in words, then the smallest input, then why."""
    what = check.says.split("\n")[0] or f"{words(check.name)}: {check.outcome}".capitalize()
    rows = [*_example(check), *_mistake(check), *_line(report, check, about)]
    again = (
        "" if check.name in (LOADS, WRITTEN) else _dim(f"again: {command(report, check, about)}")
    )
    return f"<p><b>{_marked(check.outcome)} {_said(what)}</b></p>{_labelled(rows)}{again}"


def _example(check: Check) -> list[tuple[str, str]]:
    """Rows of a label and HTML: the inputs, both values, and where they differ."""
    example = check.example or {}
    inputs = [
        f"{name} = {_beside(name, value)}" for name, value in example.get("inputs", {}).items()
    ]
    rows = [("smallest input", _pre("\n".join(inputs)))] if inputs else []
    for name, label, colour in (("got", "your value", BAD), ("want", "right value", GOOD)):
        if name in example:
            rows.append((label, _pre(example[name], colour)))
    where = _said(example["where"]) if "where" in example else ""
    picture = _picture(example["picture"]) if "picture" in example else ""
    return [*rows, ("where", where + picture)] if where or picture else rows


def _beside(name: str, value: str) -> str:
    return value.replace("\n", "\n" + " " * (len(name) + 3))


def _mistake(check: Check) -> list[tuple[str, str]]:
    first, *others = [*check.says.split("\n")[1:], ""]
    others = [says for says in others if says]
    if check.mistake is None:
        return [("", _said(says)) for says in (first, *others) if says]
    named = f"<b>{_said(words(check.mistake).capitalize())}.</b> {_said(first)}"
    return [("mistake", named), *(("or", _said(says)) for says in others)]


def _line(report: Report, check: Check, about: About) -> list[tuple[str, str]]:
    if check.line is None:
        return []
    there = 0 < check.line <= len(about.lines)
    text = about.lines[check.line - 1].strip() if there else ""
    return [("your line", f"{_said(report.file)}, line {check.line}{_pre(text) if text else ''}")]


def _laws(report: Report) -> str:
    """The table of laws, folded away where there is nothing to learn from it."""
    if report.checks[0].name in (LOADS, WRITTEN):
        return ""
    held = sum(check.outcome == "passed" for check in report.checks)
    count = f"{held} of {len(report.checks)} laws hold"
    text = f"{report.exercise}: {report.verdict}, {count} ({report.seconds:.2f} s)"
    first = next(iter(report.faults), None)
    rows = "".join(_law(check, first) for check in report.checks)
    is_open = "" if report.passed else " open"
    table = f'<table style="border-collapse:collapse;margin:4px 0">{rows}</table>'
    return f"<details{is_open}><summary>{_said(text)}</summary>{table}</details>"


def _law(check: Check, first: Check | None) -> str:
    aside = check.says.replace("\n", " ")
    if check is first:
        aside = "above"
    elif first is not None and check.outcome != "passed" and check.says == first.says:
        aside = "the same"
    cells = (_marked(check.outcome), _said(words(check.name)), f"{_dim(aside, 'span')}")
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _printed(rows: tuple[str, ...]) -> str:
    if not rows:
        return ""
    count = "1 line" if len(rows) == 1 else f"{len(rows)} lines"
    shown = _pre("\n".join(rows))
    return f"<details><summary>Your code printed {count}</summary>{shown}</details>"


def _picture(picture: str) -> str:
    """Which values are wrong, a square each."""
    rows = "\n".join(visible(row) for row in picture.split("\n"))
    marked = escape(rows).replace("x", f'<span style="color:{BAD};font-weight:bold">x</span>')
    return f'<pre style="{_PRE};line-height:1.15">{marked}</pre>'


def _labelled(rows: list[tuple[str, str]]) -> str:
    """Labels, and beside them (below them, where it is narrow) what they name."""
    row = "display:flex;flex-wrap:wrap;align-items:baseline;padding:1px 0"
    return "".join(
        f'<div style="{row}"><div style="{_LABEL}">{escape(name)}</div>'
        f'<div style="{_BESIDE}">{what}</div></div>'
        for name, what in rows
    )


def _pre(text: str, colour: str = "inherit") -> str:
    """A text that keeps its lines."""
    rows = "\n".join(visible(row) for row in text.split("\n"))
    return f'<pre style="{_PRE};color:{colour}">{escape(rows)}</pre>'


def _said(text: str) -> str:
    """A sentence; `code in backticks` stands out."""
    return _CODE.sub(r"<code>\1</code>", escape(visible(text)))


def _dim(text: str, tag: str = "p") -> str:
    return f'<{tag} style="color:{DIM};margin:2px 0">{_said(text)}</{tag}>' if text else ""


def _marked(outcome: str) -> str:
    colour = COLOURS.get(outcome, BAD)
    return f'<span style="color:{colour};font-weight:bold">{MARKS.get(outcome, "✗")}</span>'


def _boxed(body: str, colour: str) -> str:
    style = f"border-left:4px solid {colour};padding:2px 12px;text-align:left"
    style += ";overflow-wrap:break-word"
    return f'<div class="drill-verdict" style="{style}">{body}</div>'
