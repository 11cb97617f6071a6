"""Things a contract hands to the learner that the judge keeps: models and generators.

The learner's code gets a stand-in; every call on it comes back here, where it is counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


class Throw:
    """What a callable returns to have an exception raised in the learner's code.

    It may also just raise, but for KeyboardInterrupt and SystemExit, which would end the grader.
    """

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Model:
    """A model that answers from here. The learner sees an `nn.Module` in eval mode.

    forward: what it returns for its arguments, for example logits (B, T, V) for tokens (B, T).
    limit: how many calls are plainly too many; one more raises in the learner's code.

    After use, `calls` holds the arguments of each call (a tuple) as they were then, `modes` whether
    the module was in training mode during it, and `altered` the numbers of the calls whose
    arguments (lists, dicts and sets) the learner's code changed later.
    """

    kind = "module"
    what = "model"

    def __init__(self, forward: Callable[..., Any], limit: int = 400) -> None:
        self.forward = forward
        self.limit = limit
        self.calls: list[tuple[Any, ...]] = []
        self.modes: list[bool] = []
        self.altered: set[int] = set()

    def answer(self, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool) -> Any:
        if len(self.calls) >= self.limit:
            raise RuntimeError(f"the {self.what} was called more than {self.limit} times")
        self.calls.append((*args, *kwargs.values()))
        self.modes.append(training)
        return self.forward(*args, **kwargs)


class Function(Model):
    """A plain function that answers from here, counted like a `Model`."""

    kind = "function"
    what = "function"


class Plain(Function):
    """A callable of the page's that keeps its own log: it is neither counted nor limited here."""

    def answer(self, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool) -> Any:  # noqa: ARG002
        return self.forward(*args, **kwargs)


class Script(Function):
    """A function that gives one answer after the other, whatever it is called with.

    answers: what it returns in turn; an exception among them is raised instead. One call more than
    there are answers raises RuntimeError in the learner's code.
    """

    def __init__(self, answers: Sequence[Any]) -> None:
        super().__init__(self._next, limit=len(answers))
        self._answers = list(answers)

    def _next(self, *_: Any, **__: Any) -> Any:
        found = self._answers[len(self.calls) - 1]
        return Throw(found) if isinstance(found, BaseException) else found


class Opaque:
    """An object of the judge's that the learner can only pass on. It is falsy, and not None."""

    def __init__(self, content: Any) -> None:
        self.content = content


class Rng:
    """A `torch.Generator` for the learner; its state goes with it and comes back after each call.

    `used` tells whether anything was drawn from it since it was made.
    """

    kind = "rng"

    def __init__(self, seed: int = 0) -> None:
        self.state: Any = torch.Generator().manual_seed(seed).get_state()
        self._start: Any = self.state

    @property
    def used(self) -> bool:
        return not torch.equal(self.state, self._start)


class Random(Rng):
    """A `random.Random` for the learner, like `Rng`."""

    kind = "random"

    def __init__(self, seed: int = 0) -> None:
        self.state = self._start = random.Random(seed).getstate()

    @property
    def used(self) -> bool:
        return bool(self.state != self._start)


def prefix_model(table: Tensor) -> Callable[[Tensor], Tensor]:
    """A toy language model that one can follow by hand and that needs the whole prefix.

    tokens (B, T) -> logits (B, T, V): the logits after tokens 0..t of a row are row
    (token 0 + ... + token t) mod R of `table` (R, V).
    """

    def forward(tokens: Tensor) -> Tensor:
        return table[tokens.cumsum(dim=1) % table.shape[0]]

    return forward
