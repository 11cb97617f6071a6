"""What both sides of a request hold: lists, dicts and sets, each the same object on both sides.

A container that crosses gets a number. When it crosses again it arrives as the object it was, and
what one side has changed in it meanwhile is told to the other: so identity and later mutation mean
across the boundary what they mean without one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

CONTAINERS = ("list", "dict", "set")
Digest = Callable[[list[Any]], Any]


class Shared:
    """The numbered containers of one request, as one side knows them."""

    def __init__(self, first: int) -> None:
        """first: 0 on the judge's side and 1 on the other, so that their numbers never meet."""
        self._next = self._mark = first
        self._numbers: dict[int, int] = {}  # id of an object -> its number
        self._objects: dict[int, Any] = {}
        self._known: dict[int, Any] = {}  # number -> what the other side knows it to hold
        self._held: dict[int, list[Any]] = {}  # id of an object -> the items it held then

    def number(self, value: Any) -> int | None:
        """The number of a container; None where it has not crossed yet."""
        return self._numbers.get(id(value))

    def add(self, value: Any) -> int:
        """Give a container that is about to cross its number."""
        number, self._next = self._next, self._next + 2
        self.bind(number, value)
        return number

    def bind(self, number: int, value: Any) -> None:
        """Let `number` stand for `value` from now on."""
        if number in self._objects:
            self._numbers.pop(id(self._objects[number]), None)
        self._objects[number] = value
        self._numbers[id(value)] = number

    def __contains__(self, number: Any) -> bool:
        return number in self._objects

    def __getitem__(self, number: int) -> Any:
        return self._objects[number]

    def learn(self, number: int, content: Any) -> bool:
        """Note what the other side knows a container to hold; tells whether that is news."""
        news = number not in self._known or self._known[number] != content
        self._known[number] = content
        return news

    def keep(self, value: Any) -> None:
        """Note the items of a container, which the other side knows by now."""
        self._held[id(value)] = members(value)

    def may_differ(self, value: Any) -> bool:
        """Whether a container may hold something else than when it was kept.

        Quick: the items are compared by identity. Only a tensor changes without being replaced,
        and a tuple may hold one.
        """
        held, now = self._held.get(id(value), []), members(value)
        same = len(held) == len(now) and all(map(operator.is_, held, now))
        return not same or any(isinstance(item, (Tensor, tuple)) for item in now)

    def objects(self) -> list[Any]:
        """All containers that have crossed."""
        return list(self._objects.values())

    def mark(self) -> None:
        """Say that what has crossed so far was there before."""
        self._mark = self._next

    def recent(self) -> list[Any]:
        """The containers that have crossed since the mark."""
        found = self._objects.items()
        return [v for n, v in found if n >= self._mark or n % 2 != self._mark % 2]


def members(value: Any) -> list[Any]:
    """The items of a container; of a dict its keys and values."""
    return [*dict.keys(value), *dict.values(value)] if isinstance(value, dict) else list(value)


def content(tree: list[Any], digest: Digest) -> Any:
    """What a packed container holds, in a form to compare: inner containers by their numbers."""
    return tuple(_token(item, digest) for item in _items(tree))


def _items(tree: list[Any]) -> list[Any]:
    """The packed values within a packed container; of a dict the keys and values in turn."""
    if tree[0] == "dict":
        return [part for pair in tree[1] for part in pair]
    return list(tree[1])


def _token(tree: Any, digest: Digest) -> Any:
    if not isinstance(tree, list):
        return (type(tree), tree if tree == tree else "nan")
    tag = tree[0]
    if tag in CONTAINERS or tag == "at":
        return ("at", tree[-1])
    if tag == "tuple":
        return (tag, content(tree, digest))
    if tag == "tensor":
        return (tag, digest(tree))
    return tag if tag == "ref" else str(tree)  # what is held there gets a new number each time


def written_out(tree: Any) -> Iterator[list[Any]]:
    """The packed containers with a number within a packed value, itself included."""
    if not isinstance(tree, list) or tree[0] not in (*CONTAINERS, "tuple"):
        return
    if tree[0] in CONTAINERS and tree[2] is not None:
        yield tree
    for item in _items(tree):
        yield from written_out(item)


def numbers(tree: Any) -> set[int]:
    """The numbers of all containers within a packed value."""
    if not isinstance(tree, list) or tree[0] not in (*CONTAINERS, "tuple", "at"):
        return set()
    inner = _items(tree) if tree[0] != "at" else []
    own = {tree[-1]} if tree[0] != "tuple" else set()
    return own.union(*map(numbers, inner))
