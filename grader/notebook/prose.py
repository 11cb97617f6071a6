"""Text of a page as Markdown: the pieces of a walkthrough, and statements with all their signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TRAP = re.compile(r"\{\{trap: *(\w+) *\}\}")
_SPAN = re.compile(r"(`[^`]+`)")
_SIGN = re.compile(r"([\\*_<>$\[\]#|~&])")
_ITEM = re.compile(r" {0,3}(-|\d+\.) ")


@dataclass(frozen=True)
class Piece:
    """A part of a walkthrough: `text`, `code`, or `trap` (the name of a mistake)."""

    kind: str
    source: str


def pieces(walkthrough: str) -> list[Piece]:
    """A walkthrough cut at its headings, its python fences and its traps.

    Raises ValueError for a fence that is not closed.
    """
    found: list[Piece] = []
    text: list[str] = []

    def close() -> None:
        source = "\n".join(text).strip("\n")
        text.clear()
        if source:
            found.append(Piece("text", source))

    for kind, row in _rows(walkthrough):
        if kind == "text":
            if row.startswith("## "):
                close()
            text.append(row)
        else:
            close()
            found.append(Piece(kind, row))
    close()
    return found


def _rows(walkthrough: str) -> Iterator[tuple[str, str]]:
    """Lines of text, whole fences of code, and names of traps, in order."""
    fence: str | None = None
    inside: list[str] = []
    for row in walkthrough.split("\n"):
        if fence is None and row.startswith("```"):
            fence, inside = row, []
        elif fence is not None and row == "```":
            if fence == "```python":
                yield "code", "\n".join(inside)
            else:
                yield "text", "\n".join([fence, *inside, row])
            fence = None
        elif fence is not None:
            inside.append(row)
        else:
            named = _TRAP.fullmatch(row.strip())
            yield ("trap", named[1]) if named else ("text", row)
    if fence is not None:
        raise ValueError(f"the walkthrough has a fence {fence!r} that is not closed")


def as_markdown(text: str) -> str:
    """Plain text as Markdown that shows the same signs; `code in backticks`, lists with `-` and
    blocks set in by four columns are what they look like.
    """
    blocks = re.split(r"\n{2,}", text)
    return "\n\n".join(block if _is_inset(block) else _escaped(_aired(block)) for block in blocks)


def _is_inset(block: str) -> bool:
    return all(row.startswith("    ") for row in block.split("\n"))


def _aired(block: str) -> str:
    """A paragraph in which a list begins, with the blank line before it that Markdown wants."""
    rows = block.split("\n")
    begins = next((at for at, row in enumerate(rows) if _ITEM.match(row)), 0)
    return "\n".join([*rows[:begins], *([""] if begins else []), *rows[begins:]])


def _escaped(text: str) -> str:
    """Signs of Markdown, HTML and mathematics outside code, written so that they are shown."""
    parts = _SPAN.split(text)
    return "".join(p if p.startswith("`") else _SIGN.sub(r"\\\1", p) for p in parts)
