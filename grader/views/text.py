"""A report as one screen of text: what broke, the smallest input, the mistake, then the rest.

Pure: a report in, lines out. `plain` and `plain_check` are the same without colour.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from grader.judge.catalogue import LOADS, WRITTEN
from grader.judge.options import EXAMPLES, Options
from grader.report import Check, Report
from grader.views.layout import WIDTH, Line, block, joined, labelled, line, prose, visible

TICKS = {"passed": ("✓", "good"), "skipped": ("-", "dim")}
CROSS = ("✗", "bad")


@dataclass(frozen=True)
class About:
    """What a screen tells besides the report: which text was graded, and how.

    lines: of the graded file. next: the id of the exercise to go on with.
    command: the words that grade it again, if not `drill grade` and the file.
    """

    digest: str = ""
    lines: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    next: str | None = None
    command: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, options: Options | None = None) -> About:
        """About the file as it is now; OSError where it cannot be read."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:12]
        lines = tuple(data.decode("utf-8", "replace").splitlines())
        return cls(digest, lines, options or Options())


def plain(report: Report, about: About | None = None, width: int = WIDTH) -> str:
    """The whole screen as text without colour."""
    return joined(screen(report, about, width))


def plain_check(
    report: Report, check: Check, about: About | None = None, width: int = WIDTH
) -> str:
    """One check as text without colour, with the command that replays it."""
    about = about or About()
    lines = [*explained(report, check, about, width), *_replay(report, check, about)]
    return joined(lines)


def screen(
    report: Report, about: About | None = None, width: int = WIDTH, brief: bool = False
) -> list[Line]:
    """Everything on one file.

    brief: count the laws that hold instead of listing them.
    """
    about = about or About()
    if report.passed:
        lines = [*_praise(report, about, width), *_laws(report, about, width, brief)]
        return [*lines, *_file(report, about, width), *_next(report, about, width)]
    first = report.faults[0]
    lines = [*explained(report, first, about, width), line()]
    if first.name not in (LOADS, WRITTEN):
        lines += [*_count(report, width), *_laws(report, about, width, brief)]
    return [*lines, *_file(report, about, width), *_replay(report, first, about)]


def explained(report: Report, check: Check, about: About, width: int) -> list[Line]:
    """What one check found: in words first, then the smallest input, then how and where."""
    what, *mistakes = check.says.split("\n")
    mark, style = TICKS.get(check.outcome, CROSS)
    what = what or f"{words(check.name)}: {check.outcome}".capitalize()
    return [
        *prose(what, width, style, f"{mark} ", "  "),
        *_example(check, width),
        *_mistakes(check, mistakes, width),
        *_line(report, check, about, width),
    ]


def words(name: str) -> str:
    """The name of a check or a mistake as words."""
    return name.replace("_", " ")


def command(report: Report, check: Check | None, about: About) -> str:
    """The command that grades this file again in the same way: all of it, or one check."""
    parts = list(about.command or ("drill", "grade", report.exercise, report.file))
    if check is not None and check.name not in (LOADS, WRITTEN):
        parts += ["--only", check.name]
    if about.options.examples != EXAMPLES:
        parts += ["--examples", str(about.options.examples)]
    if about.options.seed:
        parts += ["--seed", str(about.options.seed)]
    return shlex.join(parts)


def _example(check: Check, width: int) -> list[Line]:
    example = check.example or {}
    lines: list[Line] = [line()] if example else []
    shown = [_assigned(name, value) for name, value in example.get("inputs", {}).items()]
    if shown:
        lines += block("smallest input", "\n".join(shown), width, limit=24)
    for name, label, style in (("got", "your value", "bad"), ("want", "right value", "good")):
        if name in example:
            lines += block(label, example[name], width, style=style)
    if "where" in example:
        lines += labelled("where", example["where"], width)
    if "picture" in example:
        lines += block("" if "where" in example else "where", example["picture"], width, limit=18)
    return lines


def _assigned(name: str, value: str) -> str:
    """`name = value`, with the further lines of the value below its first."""
    return f"{name} = {value}".replace("\n", "\n" + " " * (len(name) + 3))


def _mistakes(check: Check, says: list[str], width: int) -> list[Line]:
    if check.mistake is None:
        return [part for text in says for part in labelled("", text, width)]
    first, *others = says or [""]
    told = f"{words(check.mistake)}. {first}".strip()
    lines = labelled("mistake", told[:1].upper() + told[1:], width, "strong")
    for other in others:
        lines += labelled("or", other, width, "strong")
    return lines


def _line(report: Report, check: Check, about: About, width: int) -> list[Line]:
    if check.line is None:
        return []
    where = f"{report.file}:{check.line}"
    if check.outcome == "missing":
        return labelled("open", where, width)
    lines = labelled("your line", where, width)
    if 0 < check.line <= len(about.lines):
        lines += block("", about.lines[check.line - 1].strip(), width, limit=4, style="code")
    return lines


def _praise(report: Report, about: About, width: int) -> list[Line]:
    count = _laws_of(len(report.checks))
    text = f"{report.exercise} passed: {count} in {report.seconds:.2f} s."
    if about.options.only is not None:
        text += " Only what --only names was checked."
    return [*prose(text, width, "good", "✓ ", "  "), line()]


def _laws_of(count: int) -> str:
    return "1 law holds" if count == 1 else f"all {count} laws hold"


def _count(report: Report, width: int) -> list[Line]:
    held = sum(check.outcome == "passed" for check in report.checks)
    text = f"{report.verdict}, {held} of {len(report.checks)} laws hold ({report.seconds:.2f} s)"
    return prose(f"{report.exercise}: {text}", width, "strong", "  ", "  ")


def _laws(report: Report, about: About, width: int, brief: bool) -> list[Line]:
    """Every law with its mark; a further one that fails with its words and how to replay it."""
    first = report.faults[0] if report.faults else None
    lines: list[Line] = []
    for check in report.checks:
        if brief and check.outcome in TICKS:
            continue
        lines += _law(check, first, width)
        if check.outcome not in TICKS and check is not first:
            same = first is not None and check.says == first.says
            says = "The same." if same else check.says.replace("\n", " ")
            lines += prose(says, width, "", "      ", "      ")
            lines.append(line(f"      {command(report, check, about)}", "dim"))
    lines += _rest(report) if brief else []
    return [*lines, line()]


def _law(check: Check, first: Check | None, width: int) -> list[Line]:
    """The mark and the name of a law, and an aside where there is room."""
    mark, style = TICKS.get(check.outcome, CROSS)
    aside, name = _aside(check, first), words(check.name)
    if len(name) + len(aside) + 4 > width:
        return prose(name, width, "", f"  {mark} ", "    ")
    return [((f"  {mark} ", style), (visible(name), ""), (visible(aside), "dim"))]


def _aside(check: Check, first: Check | None) -> str:
    """What is told beside the name of a law."""
    if check is first:
        return " (above)"
    return f" ({check.says})" if check.outcome == "passed" and check.says else ""


def _rest(report: Report) -> list[Line]:
    held = sum(check.outcome == "passed" for check in report.checks)
    idle = sum(check.outcome == "skipped" for check in report.checks)
    found = [line(f"  ✓ {held} hold", "good")] if held else []
    return found + ([line(f"  - {idle} were not run", "dim")] if idle else [])


def _file(report: Report, about: About, width: int) -> list[Line]:
    digest = f" (sha256 {about.digest})" if about.digest else ""
    return labelled("file", f"{report.file}{digest}", width, "dim")


def _replay(report: Report, check: Check, about: About) -> list[Line]:
    """The command in a line of its own, never wrapped, so that it can be copied."""
    return [line("  replay", "label"), line(f"    {command(report, check, about)}", "code")]


def _next(report: Report, about: About, width: int) -> list[Line]:
    lines = labelled("solution", f"drill solution {report.exercise}", width, "code")
    return lines + (labelled("next", f"drill start {about.next}", width, "code")) * bool(about.next)
