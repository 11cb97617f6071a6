"""Drawing cases: sizes, choices and tensors that shrink to something one can follow by hand.

A tensor is drawn as a shape, a style of values, a seed and a memory layout, never element by
element: that costs a tenth of a millisecond instead of ten, and shrinks to small whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from hypothesis import strategies as st
from torch import Tensor

T = TypeVar("T")
Pick = Callable[[int, int], int]  # a whole number between two, both included


def noise(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Standard normal numbers that depend on the shape and the seed alone."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def grid(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Small whole numbers, -3 to 3, that depend on the shape and the seed alone."""
    return _whole(shape, seed, 3).to(dtype)


def _whole(shape: Sequence[int], seed: int, limit: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-limit, limit + 1, tuple(shape), generator=generator).double()


def _ramp(shape: Sequence[int], seed: int, step: float) -> Tensor:
    """Noise on top of numbers that rise (or fall) along the second last axis."""
    values = noise(*shape, seed=seed)
    if len(shape) < 2:
        return values
    return values + step * torch.arange(shape[-2], dtype=torch.float64)[:, None]


#: Styles of values, simplest first: a failing case is shrunk towards the front.
STYLES: dict[str, Callable[[Sequence[int], int], Tensor]] = {
    "whole": lambda shape, seed: _whole(shape, seed, 3),
    "halves": lambda shape, seed: _whole(shape, seed, 5) / 2,
    "ties": lambda shape, seed: (_whole(shape, seed, 1) > 0).double(),
    "normal": lambda shape, seed: noise(*shape, seed=seed),
    "rising": lambda shape, seed: _ramp(shape, seed, 4.0),
    "falling": lambda shape, seed: _ramp(shape, seed, -4.0),
    "large": lambda shape, seed: 100 * noise(*shape, seed=seed),
    "tiny": lambda shape, seed: 1e-6 * noise(*shape, seed=seed),
}

PLAIN = ("whole", "halves", "normal")
LAYOUTS = ("contiguous", "transposed", "strided", "expanded")


def shaped(values: Tensor, layout: str) -> Tensor:
    """The same numbers in another memory layout ("expanded" repeats the first row instead)."""
    if layout == "transposed" and values.ndim >= 2:
        return values.transpose(-1, -2).contiguous().transpose(-1, -2)
    if layout == "strided" and values.ndim >= 1:
        return torch.stack([values, values + 1], dim=-1)[..., 0]
    if layout == "expanded" and values.ndim >= 2 and values.shape[0] > 0:
        return values[:1].expand_as(values)
    return values


class Draw:
    """What a page draws its cases with. A choice shrinks towards its first or smallest value."""

    def __init__(self, pick: Pick, salt: int = 0) -> None:
        self._pick = pick
        self._salt = salt
        self.choices: list[int] = []  # every number drawn, in order

    def size(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        self.choices.append(self._pick(low, high))
        return self.choices[-1]

    def choice(self, *options: T) -> T:
        """One of `options`, simplest first."""
        return options[self.size(0, len(options) - 1)]

    def number(self, low: float, high: float) -> float:
        """A float from `low` to `high`, both included, in steps of 1/64 of the range."""
        return low + (high - low) * self.size(0, 64) / 64

    def flag(self) -> bool:
        return self.choice(False, True)

    def seed(self) -> int:
        return self.size(0, 9_999) + self._salt

    def batch(self, ranks: int = 2, high: int = 3) -> tuple[int, ...]:
        """Leading dimensions: none to `ranks` of them, each from 1 to `high`."""
        return tuple(self.size(1, high) for _ in range(self.size(0, ranks)))

    def dtype(self) -> torch.dtype:
        """float64 three times of four (logic is compared there), else float32."""
        return self.choice(torch.float64, torch.float64, torch.float64, torch.float32)

    def floats(
        self,
        *shape: int,
        styles: Sequence[str] = PLAIN,
        dtype: torch.dtype = torch.float64,
        layouts: Sequence[str] = LAYOUTS,
    ) -> Tensor:
        """A float tensor in one of `styles` (see `STYLES`) and one of `layouts`.

        Below float64, "large" falls back on "normal": rounding there is nobody's mistake.
        """
        style = self.choice(*styles)
        if style == "large" and dtype != torch.float64:
            style = "normal"
        values = STYLES[style](shape, self.seed()).to(dtype)
        return shaped(values, self.choice(*layouts))

    def whole(self, *shape: int, low: int = 0, high: int = 9) -> Tensor:
        """A LongTensor with values from `low` to `high`, both included."""
        generator = torch.Generator().manual_seed(self.seed())
        return torch.randint(low, high + 1, shape, generator=generator)

    def booleans(self, *shape: int, share: float = 0.5) -> Tensor:
        """A bool tensor with about `share` of its values True."""
        generator = torch.Generator().manual_seed(self.seed())
        return torch.rand(shape, generator=generator) < share


def strategy(draw_case: Callable[[Draw], Any]) -> st.SearchStrategy[Any]:
    """A page's drawing function as a hypothesis strategy."""

    return drawn(draw_case).map(lambda pair: pair[0])


def drawn(draw_case: Callable[[Draw], Any]) -> st.SearchStrategy[tuple[Any, list[int]]]:
    """Like `strategy`, with the numbers that made the case."""

    @st.composite
    def case(draw: Callable[[st.SearchStrategy[int]], int]) -> tuple[Any, list[int]]:
        source = Draw(lambda low, high: draw(st.integers(low, high)))
        return draw_case(source), source.choices

    return case()


def twin(draw_case: Callable[[Draw], Any], choices: Sequence[int]) -> Any:
    """A case of the same sizes and choices as another, but with other seeds.

    Where what can be chosen depends on the values, the nearest choice that there is stands in.
    """
    left = iter(choices)

    def again(low: int, high: int) -> int:
        return max(low, min(next(left, low), high))

    return draw_case(Draw(again, salt=1))
