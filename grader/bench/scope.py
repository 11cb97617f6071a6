"""One request as the learner's code lives through it: the judge's things that it was handed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from grader.bench import generators
from grader.bench.errors import Errors
from grader.bench.shared import Shared
from grader.bench.wire import Packer, Unpacker

Ask = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]


class Held(Protocol):
    """Where objects of the learner's process are kept by number."""

    def held(self, number: int) -> Any: ...

    def adopt(self, target: Any) -> int: ...


class StandIn(nn.Module):
    """The learner's view of a model that answers from the judge."""

    def __init__(self, scope: Scope, number: int) -> None:
        super().__init__()
        self._ask = lambda args, kwargs: scope.ask(number, args, kwargs, self.training)
        self.eval()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(args, kwargs)  # type: ignore[no-untyped-call]


class Opaque:
    """The learner's view of an object that it can only pass on."""

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0


class Scope:
    """One request as the learner's code lives through it: what it shares with the judge.

    Its callables outlive it where a thread of the learner's goes on; the judge refuses those.
    """

    def __init__(self, number: int, to_judge: Ask, held: Held) -> None:
        self._number = number
        self._to_judge = to_judge
        self._held = held
        self._lock = threading.Lock()
        self.shared = Shared(1)
        self.errors = Errors()
        self._generators: dict[int, generators.Generator] = {}
        self._origins: dict[int, tuple[Any, list[Any]]] = {}  # id of a stand-in -> it, its tree

    def ask(self, number: int, args: Any, kwargs: Any, training: bool) -> Any:
        """Call a callable of the judge's; its exception is raised here."""
        with self._lock:
            packer = self.packer()
            message: dict[str, Any] = {"ask": number, "of": self._number, "training": training}
            message |= {"args": packer.pack(args), "kwargs": packer.pack(tuple(kwargs.items()))}
            message |= {"changes": packer.changes, "threads": threading.active_count()}
        reply, blob = self._to_judge(message, packer.blob)
        with self._lock:
            changes = reply.get("changes", [])
            unpacker = self.unpacker(blob, [*changes, reply.get("value")])
            for change in changes:
                unpacker.unpack(change)
            if "error" not in reply:
                return unpacker.unpack(reply["value"])
            error = self.errors.made(reply["error"], unpacker.unpack)
        raise error

    def packer(self) -> Packer:
        """A packer of what is to be sent to the judge."""
        return Packer(self._refer, self.shared)

    def unpacker(self, blob: bytes, message: Iterable[Any] = ()) -> Unpacker:
        """An unpacker of what the judge has sent."""
        return Unpacker(blob, self.stand_in, self.shared, message, in_place=True)

    def _refer(self, value: Any) -> list[Any]:
        """What is sent for a thing that is no plain data: a thing of the judge's as it came."""
        _, tree = self._origins.get(id(value), (None, None))
        return tree or ["ref", self._held.adopt(value), kind_of(value)]

    def stand_in(self, tree: list[Any]) -> Any:
        """What the learner's code gets for a thing of the judge's."""
        made = self._made(tree)
        self._origins[id(made)] = made, tree
        return made

    def _made(self, tree: list[Any]) -> Any:
        tag, number = tree[0], tree[1]
        if tag == "ref":
            return self._held.held(number)
        if tag == "opaque":
            return Opaque()
        if tag == "module":
            return StandIn(self, number)
        if tag == "function":
            return lambda *args, **kwargs: self.ask(number, args, kwargs, False)
        if tag == "error class":
            return self.errors.kind(number)
        if tag in ("rng", "random"):
            if number not in self._generators:
                self._generators[number] = generators.made(tag, tree[2])
            return self._generators[number]
        raise ValueError(f"unknown tag {tag!r}")

    def states(self) -> list[tuple[int, Any]]:
        """The states of the generators that were handed over, as they are now, by number."""
        return [(number, generators.state(made)) for number, made in self._generators.items()]


def kind_of(value: Any) -> str:
    """What a thing is called that is not carried over: its type, and for a tensor what is odd."""
    if type(value) is not Tensor:
        return type(value).__name__
    odd = value.layout if value.layout != torch.strided else value.device
    shape = "×".join(map(str, value.shape))
    return f"Tensor ({odd}, {value.dtype}, {shape})".replace("torch.", "")
