"""Judging a sampler by its support and its distribution.

A right sampler passes each test with probability at least 1 - `ALPHA`, whatever its draws.
"""

from __future__ import annotations

import torch
from torch import Tensor

from grader.words.compare import number
from grader.words.expect import Broken, note

#: How often a right sampler may be called wrong by one test: once in ten million.
ALPHA = 1e-7
RARE = 10


class Counts:
    """How often each outcome was drawn; equal to others when one law could have made both."""

    def __init__(self, counts: Tensor) -> None:
        self.counts = counts.double()

    def like(self, other: Counts) -> bool:
        """Two-sample test of homogeneity: could one distribution have made both?"""
        if self.counts.shape != other.counts.shape:
            return False
        both = torch.stack([self.counts, other.counts])
        both = both[:, both.sum(0) > 0]
        expected = both.sum(1, keepdim=True) * both.sum(0) / both.sum()
        statistic = float(((both - expected) ** 2 / expected).sum())
        return _chi2_tail(statistic, both.shape[1] - 1) > 1e-3


def follows(draws: Tensor, probabilities: Tensor, says: str = "The draws") -> None:
    """Break the law unless `draws` (any shape, ids) could come from `probabilities` (V,).

    First the support: an outcome of probability 0 must never be drawn. Then Pearson's chi-squared
    test at level `ALPHA`, with rare outcomes (expected fewer than `RARE` times) pooled.
    """
    size = probabilities.numel()
    ids = draws.flatten()
    if ids.dtype != torch.int64:
        raise Broken(f"{says} have dtype {str(ids.dtype)[6:]}, not int64.")
    if bool(((ids < 0) | (ids >= size)).any()):
        bad = int(ids[(ids < 0) | (ids >= size)][0])
        raise Broken(f"{says} hold {bad}, which is no id from 0 to {size - 1}.")
    counts = torch.bincount(ids, minlength=size).double()
    note(Counts(counts))
    _check_support(counts, probabilities, says)
    _check_frequencies(counts, probabilities.double(), says)


def _check_support(counts: Tensor, probabilities: Tensor, says: str) -> None:
    forbidden = (counts > 0) & (probabilities == 0)
    if bool(forbidden.any()):
        bad = int(forbidden.nonzero()[0])
        times = f"{int(counts[bad])} of {int(counts.sum())} times"
        raise Broken(f"{says} hold {bad} {times}, but its probability is 0.")


def _check_frequencies(counts: Tensor, probabilities: Tensor, says: str) -> None:
    total = counts.sum()
    expected = probabilities * total
    seen, hoped = _pooled(counts, expected)
    statistic = float(((seen - hoped) ** 2 / hoped).sum())
    if _chi2_tail(statistic, seen.numel() - 1) < ALPHA:
        gaps = (counts - expected).abs() / expected.clamp(min=1).sqrt()
        worst = int(gaps.argmax())
        share = number(float(counts[worst] / total))
        right = number(float(probabilities[worst]))
        raise Broken(
            f"{says} hold {worst} with frequency {share} over {int(total)} draws, "
            f"but its probability is {right}; chance explains that less than once in ten million."
        )


def _pooled(counts: Tensor, expected: Tensor) -> tuple[Tensor, Tensor]:
    """Both with the rare outcomes as one, so that the chi-squared tail can be trusted."""
    order = expected.argsort(descending=True)
    counts, expected = counts[order], expected[order]
    kept = max(1, int((expected >= RARE).sum()))
    if float(expected[kept:].sum()) < RARE:
        kept = max(1, kept - 1)
    tails = [t[kept:].sum()[None] for t in (counts, expected)]
    seen, hoped = torch.cat([counts[:kept], tails[0]]), torch.cat([expected[:kept], tails[1]])
    return seen[hoped > 0], hoped[hoped > 0]


def _chi2_tail(statistic: float, freedom: int) -> float:
    """The probability that a chi-squared variable exceeds `statistic`."""
    if freedom < 1:
        return 0.0 if statistic > 1e-6 else 1.0
    a = torch.tensor(freedom / 2, dtype=torch.float64)
    return float(torch.special.gammaincc(a, torch.tensor(statistic / 2, dtype=torch.float64)))
