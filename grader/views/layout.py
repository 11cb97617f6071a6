"""Lines of styled text, wrapped to a width: plain data, the screen knows the colours."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

Span = tuple[str, str]  # a text and the name of its style
Line = tuple[Span, ...]

WIDTH = 88  # where nothing tells the width
_NARROW = 72  # below this many columns a label has a line of its own
_LABEL = 16  # columns of a label beside its text
ALL = "--json shows all"  # how to see what was cut of a report
_CODE_INDENT = " " * 4
_ITEM = re.compile(r" *(?:- |\d+\. )")
_CODE = re.compile(r"(`[^`]+`)")


def line(text: str = "", style: str = "") -> Line:
    """One line in one style."""
    return ((visible(text), style),) if text else ()


def counted(number: int, thing: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {thing}{'s' * (number != 1)}"


def prose(text: str, width: int, style: str = "", first: str = "", rest: str = "") -> list[Line]:
    """Running text, wrapped; `code in backticks` stands out.

    first, rest: what stands before the first line, and before the others.
    """
    wrapped = textwrap.wrap(
        visible(text),
        max(width, 24),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    return [_coded(part, style) for part in wrapped]


def statement(text: str, width: int) -> list[Line]:
    """A statement as it is, or, where it is wider than `width`, its paragraphs wrapped anew; what
    is set in by four columns or more, such as code, keeps its lines.
    """
    if max(map(len, text.splitlines()), default=0) <= width:
        return [line(row) for row in text.splitlines()]
    lines: list[Line] = []
    for row in _logical(text.splitlines()):
        lines += hanging(row, width, _depth(row)) if row.strip() else [line()]
    return lines


def _depth(row: str) -> int:
    """The column in which a row's text begins, after the mark of an item."""
    match = _ITEM.match(row)
    return match.end() if match else len(row) - len(row.lstrip())


def _logical(rows: list[str]) -> Iterable[str]:
    """Rows with those joined that only a line's end keeps apart: running text, items of lists."""
    whole = ""
    for row in [*rows, ""]:
        if whole and row.strip() and not _ITEM.match(row) and _depth(row) == _depth(whole):
            whole = f"{whole} {row.strip()}"
            continue
        if whole:
            yield whole
        whole = row if row.strip() and not row.startswith(_CODE_INDENT) else ""
        if not whole:
            yield row


def hanging(row: str, width: int, indent: int) -> list[Line]:
    """One row of text as it is, its continuations set in by `indent` columns."""
    rows = textwrap.wrap(
        visible(row),
        max(width, indent + 24),
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
    return [line(part) for part in rows] or [line()]


def labelled(label: str, text: str, width: int, style: str = "") -> list[Line]:
    """A label, and beside it (in a narrow terminal below it) a sentence."""
    indent, before = _beside(width)
    body = prose(text, width, style, indent, indent)
    return _with_label(label, body, before)


def block(label: str, text: str, width: int, limit: int = 12, style: str = "") -> list[Line]:
    """A label and a text that keeps its lines, such as a tensor; long ones lose their middle."""
    indent, before = _beside(width)
    rows = [part for row in text.split("\n") for part in _folded(row, room(width))]
    body = [line(indent + row, style) for row in shortened(rows, limit, ALL)]
    return _with_label(label, body, before)


def room(width: int) -> int:
    """The columns that a text has beside its label, or below it."""
    return width - len(_beside(width)[0])


def shortened(rows: list[str], limit: int, how: str = "") -> list[str]:
    """At most `limit` rows, the last of them always; says how many were cut.

    how: how to see all of them.
    """
    if len(rows) <= limit:
        return rows
    head = (limit - 1) // 2
    tail = limit - 1 - head
    told = f"{len(rows) - limit + 1} lines cut" + (f"; {how}" if how else "")
    return [*rows[:head], f"[... {told} ...]", *rows[-tail:]]


def fitted(lines: list[Line], rows: int, width: int, how: str) -> list[Line]:
    """As many lines as fill `rows` rows of a terminal, first and last ones kept.

    how: how to see all, for the line that stands for those that were cut.
    """
    heights = [height(part, width) for part in lines]
    if sum(heights) <= rows:
        return lines
    head, tail = 0, len(lines)
    room = rows - height(_cut(len(lines), how), width)
    while head < tail:
        take_head = head <= 2 * (len(lines) - tail)  # two lines of the top for one of the bottom
        cost = heights[head] if take_head else heights[tail - 1]
        if cost > room:
            break
        room -= cost
        head, tail = (head + 1, tail) if take_head else (head, tail - 1)
    return [*lines[:head], _cut(tail - head, how), *lines[tail:]]


def _cut(count: int, how: str) -> Line:
    return line(f"  [... {count} lines cut; {how} ...]", "dim")


def height(part: Line, width: int) -> int:
    """How many rows a line takes."""
    return max(1, -(-len(text_of(part)) // max(1, width)))


def text_of(part: Line) -> str:
    return "".join(text for text, _ in part)


def joined(lines: Iterable[Line]) -> str:
    """Lines without their styles."""
    return "\n".join(text_of(part).rstrip() for part in lines)


def visible(text: str) -> str:
    """`text` with everything that would move a cursor or hide itself written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text.expandtabs(4))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _coded(text: str, style: str) -> Line:
    spans = [(s, "code" if s.startswith("`") and not style else style) for s in _CODE.split(text)]
    return tuple((text, style) for text, style in spans if text)


def _beside(width: int) -> tuple[str, bool]:
    """The indent of a labelled text, and whether its label stands in the same line."""
    return ("    ", False) if width < _NARROW else (" " * (_LABEL + 2), True)


def _with_label(label: str, body: list[Line], beside: bool) -> list[Line]:
    if not beside:
        return [line(f"  {label}", "label"), *body] if label else body
    if not body:
        return [line(f"  {label}", "label")]
    (text, style), *spans = body[0]
    head = ((f"  {label:<{_LABEL}}", "label"), (text[_LABEL + 2 :], style), *spans)
    return [head, *body[1:]]


def _folded(row: str, width: int) -> list[str]:
    """A row cut to a width, at spaces where there are any; what follows is indented further."""
    row = visible(row)
    depth = len(row) - len(row.lstrip())
    if len(row) <= width:
        return [row]
    hanging = " " * min(depth + 2, width // 2)
    return textwrap.wrap(
        row.strip(),
        max(width, 16),
        initial_indent=" " * depth,
        subsequent_indent=hanging,
        break_on_hyphens=False,
    )
