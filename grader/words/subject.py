"""`Subject`: a solution that a law can call, wherever it lives.

The learner's solution lives in another process; the reference and the mistakes live in this one.
A law sees no difference: it calls, gets plain values back, and nothing it passed is shared.
"""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor


class Raised(Exception):
    """The solution raised. `lineage` names the exception's class and its bases.

    error: the exception itself, where it came from one of the page's own callables.
    """

    def __init__(
        self,
        lineage: tuple[str, ...],
        message: str,
        line: int | None,
        text: str,
        error: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        self.error = error
        self.lineage = lineage
        self.line = line
        self.text = text

    @property
    def type_name(self) -> str:
        return self.lineage[0]

    def is_a(self, name: str) -> bool:
        return name in self.lineage


@dataclass
class Answer:
    """What one request to the place where the solution lives came to."""

    value: Any = None
    arguments: Any = None  # as they are after the call
    operations: list[Operation] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)  # global state that the call changed


@dataclass(frozen=True)
class Operation:
    """One tensor operator that ran: its name and the shapes it read and wrote."""

    name: str
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[tuple[int, ...], ...]

    @property
    def flops(self) -> int:
        """Multiplications and additions of a matrix product; 0 for everything else."""
        shapes = self.inputs
        if self.name == "addmm" and len(shapes) >= 3:
            shapes = shapes[1:]
        if self.name not in ("mm", "bmm", "addmm", "baddbmm", "mv", "dot") or len(shapes) < 2:
            return 0
        a, b = shapes[-2:] if self.name == "baddbmm" else shapes[:2]
        columns = b[-1] if len(b) > 1 else 1
        return 2 * _product(a) * columns

    @property
    def largest(self) -> int:
        """How many elements the largest tensor has that it wrote."""
        return max((_product(shape) for shape in self.outputs), default=0)


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


class Link(Protocol):
    """The way to the place where a solution lives."""

    requests: int  # how many there have been

    def request(self, op: str, **fields: Any) -> Answer: ...


class Subject:
    """A solution, or anything that calling it gave: an object that lives elsewhere.

    Calling it passes copies and brings plain values back. `hold` leaves the result where it is,
    as another Subject; `value` brings it here; indexing and attributes give further Subjects.
    """

    def __init__(self, link: Link, ref: int, type_name: str) -> None:
        self._link = link
        self._ref = ref
        self.type_name = type_name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(args, kwargs).value

    def hold(self, *args: Any, **kwargs: Any) -> Any:
        """Call it and leave the result there."""
        return self._call(args, kwargs, hold=True).value

    def value(self) -> Any:
        """The object itself, where it is plain data; else this Subject."""
        return self._link.request("value", target=self._ref).value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._link.request("attribute", target=self._ref, name=name).value

    def __getitem__(self, index: Any) -> Any:
        return self._link.request("item", target=self._ref, index=index).value

    def _call(self, args: Any, kwargs: Any, **options: Any) -> Answer:
        return self._link.request("call", target=self._ref, args=args, kwargs=kwargs, **options)

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class Rig:
    """A page's function that runs where the solution lives."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = function.__name__

    @functools.cached_property
    def source(self) -> str:
        lines = textwrap.dedent(inspect.getsource(self.function)).splitlines(True)
        start = next(i for i, line in enumerate(lines) if line.startswith("def "))
        return "".join(lines[start:])

    def __call__(self, solution: Subject, *args: Any, **kwargs: Any) -> Any:
        fields = {"rig": self, "target": solution._ref, "args": args, "kwargs": kwargs}
        return solution._link.request("rig", **fields).value


def gradients(solution: Subject, wrt: tuple[str, ...], /, **case: Any) -> dict[str, Tensor | Any]:
    """The result of a call, and the gradient of a random weighting of it for each name in `wrt`.

    Keys: `result`, then `gradient of NAME`. The weights depend on the result's shape alone. A
    gradient is None where the result does not depend on that argument.
    """
    found: dict[str, Any] = solution._call((), case, wrt=list(wrt)).value
    return found


def traced(solution: Subject, *args: Any, **kwargs: Any) -> tuple[Any, list[Operation]]:
    """The result of a call, and every tensor operator that ran meanwhile."""
    answer = solution._call(args, kwargs, trace=True)
    return answer.value, answer.operations
