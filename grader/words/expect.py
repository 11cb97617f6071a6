"""What a law says with: each word breaks the law with a sentence, or lets it go on.

Whatever is compared is also put on record, so that a known mistake can be recognised by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from grader.words.compare import Difference, describe, difference, number
from grader.words.subject import Raised, Subject

_record: ContextVar[list[Any] | None] = ContextVar("record", default=None)


class Broken(Exception):
    """A law does not hold: why, in one sentence, with the values."""

    def __init__(self, says: str, found: Difference | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.found = found


class Skip(Exception):
    """A case that a law has nothing to say about."""


@contextmanager
def recording() -> Iterator[list[Any]]:
    """Collect what the words below are given, for the length of a `with`."""
    seen: list[Any] = []
    token = _record.set(seen)
    try:
        yield seen
    finally:
        _record.reset(token)


def note(value: Any) -> None:
    """Put a value on record."""
    seen = _record.get()
    if seen is not None:
        seen.append(value)


def same(got: Any, want: Any, says: str = "") -> None:
    """Break the law unless `got` equals `want` within the tolerance of its dtype."""
    note(got)
    found = difference(got, want)
    if found is not None:
        raise Broken(f"{says}: {found.says}" if says else _capital(found.says), found)


def holds(condition: Any, says: str, got: Any = None) -> None:
    """Break the law unless `condition`. Put the value it speaks of on record with `got`."""
    note(got)
    if not bool(condition):
        raise Broken(says, Difference("value", says, "", got) if got is not None else None)


def at_most(got: float, limit: float, says: str) -> None:
    """Break the law unless `got` is at most `limit`; `says` tells what was counted."""
    note(got)
    if not got <= limit:
        raise Broken(f"{says}: {number(got)}, and at most {number(limit)} are needed.")


def must_raise(error: type[BaseException], solution: Subject, *args: Any, **kwargs: Any) -> None:
    """Break the law unless the call raises `error` (or a subclass) and changes no argument."""
    try:
        result = solution(*args, **kwargs)
    except Raised as raised:
        note(raised.type_name)
        if not raised.is_a(error.__name__):
            wanted = f"{error.__name__} was asked for"
            raise Broken(f"It raised {raised.type_name}, where {wanted}: {raised}.") from None
        return
    note("returned")
    what = describe(result)
    raise Broken(f"It returned {what} instead of raising {error.__name__}.")


def outcome(solution: Subject, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """What a call came to: {"returned": value}, or {"raised": "TYPE: message"} where an exception
    of the page's own callables came through as it was. Any other exception goes on.
    """
    try:
        return {"returned": solution(*args, **kwargs)}
    except Raised as raised:
        if raised.error is None:
            raise
        return {"raised": f"{raised.type_name}: {raised}"}


def skip() -> None:
    """Say that this case is none of the law's business."""
    raise Skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
