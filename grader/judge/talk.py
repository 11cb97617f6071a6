"""Conversations, rankings and other lists as a person would want to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from grader.judge.plainly import LONG, clean, cut
from grader.words.compare import number

WIDE = 160  # characters of one line of a message
SHORT = 48  # characters of a list or an item that fits in one line
NEAR = (4, 10)  # messages or items shown before the marked one, and at all
NEXT = (1, 3)  # likewise of long items


def shown(messages: list[Any], at: int | None = None) -> str:
    """Messages a line or more each, the one at `at` marked, those far from it counted only."""
    marks = ["> " if i == at else "  " for i in range(len(messages))]
    rows = [_message(message, mark) for message, mark in zip(messages, marks, strict=True)]
    return "\n".join(_around(rows, at, "messages"))


def _around(
    rows: Sequence[Iterable[str]], at: int | None, what: str, near: tuple[int, int] = NEAR
) -> Iterator[str]:
    """The rows of the items near `at`, and how many there are before and after."""
    before, most = near
    first = max(0, min((at or 0) - before, len(rows) - most))
    left = len(rows) - first - most
    if first:
        yield f"  ({_count(first, what)} before)"
    for item in rows[first : first + most]:
        yield from item
    if left > 0:
        yield f"  ({_count(left, what)} more)"
    if at is not None and at >= len(rows):
        yield "> (nothing more)"


def _count(number: int, things: str) -> str:
    return f"{number} {things.removesuffix('s') if number == 1 else things}"


def whole(messages: list[Any]) -> str:
    """Messages with nothing left out but the middle of very long lines."""
    return "\n".join(row for message in messages for row in _message(message, "  ", LONG))


def _message(message: Any, mark: str, wide: int = WIDE) -> Iterator[str]:
    role = clean(str(message.get("role")))
    parts = [*_parts(message)] or ["(nothing)"]
    for i, part in enumerate(parts):
        row = f"{mark if i == 0 else '  '}{role if i == 0 else '':<9}  {cut(clean(part), wide)}"
        yield row.rstrip()


def _parts(message: Any) -> Iterator[str]:
    """The lines of one message: what it says, then what it calls, then what else it holds."""
    content, calls = message.get("content"), message.get("tool_calls")
    prefix = f"[{message['tool_call_id']}] " if "tool_call_id" in message else ""
    if isinstance(content, str) and (content or not calls):
        lines = content.splitlines() or ["(empty)"]
        yield from (f"{prefix if i == 0 else ''}{line}" for i, line in enumerate(lines))
    elif content is not None:
        yield f"{prefix}{content!r}"
    elif not calls:
        yield f"{prefix}(no content)"
    for found in calls if isinstance(calls, list) else [calls] if calls else []:
        yield _call(found)
    known = ("role", "content", "tool_calls", "tool_call_id")
    rest = {name: value for name, value in message.items() if name not in known}
    if rest:
        yield f"also {rest!r}"


def _call(found: Any) -> str:
    """`name(arguments)  [id]`, or what is there instead of a call."""
    try:
        function = found["function"]
        return f"calls {function['name']}({function['arguments']})  [{found['id']}]"
    except (TypeError, KeyError):
        return f"calls {found!r}"


def is_ranking(value: Any) -> bool:
    """Whether a value is a list of pairs of a name or number and a score."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(v, tuple) and len(v) == 2 and isinstance(v[1], float) for v in value)


def ranking(pairs: list[Any], at: int | None = None, digits: int = 6) -> str:
    """A ranking, a place a line, the one at `at` marked."""
    rows = [f"{name!r}  {number(score, max(6, digits))}" for name, score in pairs]
    return listed(rows, at)


def listed(items: list[str], at: int | None = None) -> str:
    """Written items a line each with their places, the one at `at` marked; if they are long, only
    what stands next to it, so that the mark stays in sight.
    """
    long = at is not None and max(map(len, items)) > SHORT
    rows = []
    for i, item in enumerate(items):
        mark, wide = ("> ", 6 * SHORT) if i == at else ("  ", 2 * SHORT)
        rows.append([f"{mark}[{i}]  {cut(item, wide)}"])
    return "\n".join(_around(rows, at, "items", NEXT if long else NEAR))


def pointed(line: str, items: list[str], at: int) -> str:
    """A list written in one line, and below it what points at its item at `at`, or at its end."""
    before = 1 + sum(len(item) + 2 for item in items[:at])
    return f"{line}\n{' ' * min(before, len(line) - 1)}^"
