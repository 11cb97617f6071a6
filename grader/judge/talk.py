"""Conversations and rankings as a person would want to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.judge.plainly import LONG, clean, cut
from grader.words.compare import number

WIDE = 160  # characters of one line of a message
BEFORE = 4  # messages shown before the marked one
MOST = 10  # messages shown at all
RANKED = 12  # rows of a ranking


def shown(messages: list[Any], at: int | None = None) -> str:
    """Messages a line or more each, the one at `at` marked, those far from it counted only."""
    first = max(0, min((at or 0) - BEFORE, len(messages) - MOST))
    lines = [f"  ({first} messages before)"] if first else []
    for i, message in enumerate(messages[first : first + MOST], first):
        lines += _message(message, "> " if i == at else "  ")
    left = len(messages) - first - MOST
    lines += [f"  ({left} messages more)"] if left > 0 else []
    if at is not None and at >= len(messages):
        lines.append("> (nothing more)")
    return "\n".join(lines)


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


def ranking(pairs: list[Any]) -> str:
    """A ranking, a place a line."""
    rows = [
        f"{i}. {cut(repr(name), WIDE)}  {number(score)}" for i, (name, score) in enumerate(pairs, 1)
    ]
    left = len(rows) - RANKED
    return "\n".join(rows[:RANKED] + ([f"({left} more)"] if left > 0 else []))
