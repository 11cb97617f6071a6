"""The learner's code beside the reference, line by line."""

from __future__ import annotations

import ast
import difflib
import textwrap

from grader.judge import render
from grader.judge.catalogue import Card
from grader.views.layout import Line, line, visible

NARROW = 100  # below this many columns the two stand one below the other
_GAP = " │ "


def beside(card: Card, text: str, width: int) -> list[Line]:
    """The learner's text on the left, the reference on the right; what differs stands out."""
    mine, theirs = code_of(text), code_of(render.solution(card))
    if width < NARROW:
        return _stacked(mine, theirs)
    column = (width - len(_GAP)) // 2
    lines: list[Line] = [_row("yours", "the reference", column, "strong", "strong")]
    for left, right, same in _paired(mine, theirs):
        styles = ("dim", "dim") if same else ("label", "good")
        lines += _wrapped(left, right, column, styles)
    return lines


def code_of(text: str) -> list[str]:
    """A file's lines without the statement above the code and without empty lines at the ends."""
    rows = text.splitlines()
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return rows
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        rows = rows[first.end_lineno :]
    while rows and not rows[0].strip():
        del rows[0]
    return rows


def _paired(mine: list[str], theirs: list[str]) -> list[tuple[str, str, bool]]:
    """Lines that belong together, "" where one side has none; and whether they are the same."""
    left, right = ([_bare(row) for row in rows] for rows in (mine, theirs))
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    found = []
    for what, i, j, k, m in matcher.get_opcodes():
        count = max(j - i, m - k)
        ours = mine[i:j] + [""] * (count - (j - i))
        other = theirs[k:m] + [""] * (count - (m - k))
        found += [(a, b, what == "equal") for a, b in zip(ours, other, strict=True)]
    return found


def _bare(row: str) -> str:
    """A line without its comment and spaces: those make no difference."""
    return "".join(row.split("#")[0].split())


def _wrapped(left: str, right: str, column: int, styles: tuple[str, str]) -> list[Line]:
    parts = [_cut(row, column) for row in (left, right)]
    count = max(map(len, parts))
    for rows in parts:
        rows += [""] * (count - len(rows))
    return [_row(a, b, column, *styles) for a, b in zip(*parts, strict=True)]


def _cut(row: str, column: int) -> list[str]:
    row = visible(row)
    depth = len(row) - len(row.lstrip())
    indent = " " * min(depth + 4, column // 2)
    wrapped = textwrap.wrap(
        row, column, subsequent_indent=indent, drop_whitespace=True, break_on_hyphens=False
    )
    return wrapped or [""]


def _row(left: str, right: str, column: int, style: str, other: str) -> Line:
    return (f"{left:<{column}}", style), (_GAP, "dim"), (right, other)


def _stacked(mine: list[str], theirs: list[str]) -> list[Line]:
    left = [line(visible(row)) for row in mine]
    right = [line(visible(row), "good") for row in theirs]
    return [line("yours", "strong"), *left, line(), line("the reference", "strong"), *right]
