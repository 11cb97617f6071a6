"""The sampler test: right samplers pass, wrong ones do not, and the tail is what it says."""

from __future__ import annotations

import pytest
import torch

from grader.words.chance import ALPHA, Counts, _chi2_tail, follows
from grader.words.expect import Broken

P = torch.tensor([0.5, 0.25, 0.15, 0.1, 0.0]).double()


def draws(p, count=2000, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.multinomial(p, count, replacement=True, generator=generator)


def test_right_draws_pass_whatever_the_seed():
    for seed in range(300):
        follows(draws(P, seed=seed), P)


def test_the_tail_is_the_chi_squared_one():
    # Quantiles from a table: 3.841 (1 degree), 18.307 (10 degrees) at 5 %.
    assert abs(_chi2_tail(3.841, 1) - 0.05) < 1e-4
    assert abs(_chi2_tail(18.307, 10) - 0.05) < 1e-4
    assert ALPHA <= 1e-6


def test_p_values_are_uniform_enough_for_small_expectations():
    """With rare outcomes pooled, small p-values are no commoner than they say."""
    p = torch.tensor([0.9] + [0.1 / 30] * 30).double()
    from grader.words import chance

    small = 0
    for seed in range(2000):
        counts = torch.bincount(draws(p, 400, seed), minlength=31).double()
        seen, hoped = chance._pooled(counts, p * 400)
        small += _chi2_tail(float(((seen - hoped) ** 2 / hoped).sum()), seen.numel() - 1) < 0.01
    assert small < 45  # 20 are expected


def test_a_shifted_distribution_is_found():
    wrong = torch.tensor([0.42, 0.33, 0.15, 0.1, 0.0]).double()
    with pytest.raises(Broken, match="but its probability is"):
        follows(draws(wrong), P)


def test_an_impossible_outcome_is_found_at_its_first_appearance():
    seen = draws(P)
    seen[3] = 4
    with pytest.raises(Broken, match=r"hold 4 1 of 2000 times, but its probability is 0\."):
        follows(seen, P)


@pytest.mark.parametrize("bad", [-1, 5, 10**6])
def test_ids_outside_the_vocabulary_are_found(bad):
    seen = draws(P)
    seen[0] = bad
    with pytest.raises(Broken, match="is no id from 0 to 4"):
        follows(seen, P)


def test_one_outcome_alone():
    follows(torch.zeros(50, dtype=torch.long), torch.tensor([1.0, 0.0]))


def test_counts_of_one_law_are_alike_and_of_two_are_not():
    one, other = (Counts(torch.bincount(draws(P, seed=s), minlength=5)) for s in (1, 2))
    flat = Counts(torch.tensor([400.0] * 5))
    assert one.like(other)
    assert not one.like(flat)
