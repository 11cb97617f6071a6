"""training/lm_batch against a search of each row in the tokens, in plain Python lists."""

import torch

from tests.support import cases, reference


def starts_of(tokens, x, y):
    """For each row the places at which it could have been cut, by brute force."""
    row, width = tokens.tolist(), x.shape[1]
    found = []
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        places = range(len(row) - width)
        fits = [row[s : s + width] == a and row[s + 1 : s + 1 + width] == b for s in places]
        found.append([s for s in places if fits[s]])
    return found


def test_every_row_is_a_window_and_its_successor():
    solve = reference("training/lm_batch")
    generator = torch.Generator().manual_seed(0)
    for case in cases("training/lm_batch"):
        x, y = solve(**case, generator=generator)
        assert x.shape == y.shape == (case["batch_size"], case["context"])
        assert x.dtype == y.dtype == torch.int64
        assert all(starts_of(case["tokens"], x, y))


def test_starts_are_uniform_from_the_first_to_the_last():
    generator = torch.Generator().manual_seed(1)
    tokens = torch.arange(100, 112)
    x, _ = reference("training/lm_batch")(tokens, 20_000, 4, generator)
    counts = torch.bincount(x[:, 0] - 100)
    assert counts.shape == (8,)
    assert ((counts - 2500).abs() < 6 * 2500**0.5).all()
