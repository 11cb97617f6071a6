"""Exceptions of the judge's callables, which arrive in the learner's code as what they are.

An exception travels as the names of its class and of that class's bases, its arguments and its
attributes: a class that Python does not have is made anew, so nothing of the page is needed.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

Kind = type[BaseException]

BUILT_IN: dict[str, Kind] = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}


def lineage(kind: type) -> list[str]:
    """The names of a class and of its bases, the nearest first."""
    return [c.__name__ for c in kind.__mro__ if c is not object]


def told(number: int, error: BaseException, pack: Callable[[Any], Any]) -> dict[str, Any]:
    """An exception, ready to be sent."""
    attributes = {k: v for k, v in vars(error).items() if k != "__notes__"}
    return {
        "number": number,
        "kind": lineage(type(error)),
        "text": str(error),
        "args": pack(tuple(error.args)),
        "attributes": pack(attributes),
    }


class Errors:
    """The exceptions of one request that came from the judge."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, ...], Kind] = {}
        self._thrown: list[tuple[BaseException, int]] = []

    def kind(self, names: Sequence[str]) -> Kind:
        """The class of that lineage; the same one each time."""
        if names[0] in BUILT_IN and lineage(BUILT_IN[names[0]]) == list(names):
            return BUILT_IN[names[0]]
        key = tuple(names)
        if key not in self._kinds:
            self._kinds[key] = type(names[0], (self.kind(names[1:]),), {})
        return self._kinds[key]

    def made(self, tree: dict[str, Any], unpack: Callable[[Any], Any]) -> BaseException:
        """The exception that a tree tells of."""
        kind, args = self.kind(tree["kind"]), unpack(tree["args"])
        try:
            error = kind(*args)
        except TypeError:  # its constructor wants something else than it keeps
            error = RuntimeError(tree["text"])
        vars(error).update(unpack(tree["attributes"]))
        self._thrown.append((error, tree["number"]))
        return error

    def number(self, error: BaseException) -> int | None:
        """Which of the judge's exceptions this is, None where it is the learner's own."""
        return next((number for known, number in self._thrown if known is error), None)
