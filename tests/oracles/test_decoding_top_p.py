"""decoding/top_p against adding up exact fractions token by token, and all subsets."""

import itertools
import math
from fractions import Fraction

import torch

from tests.support import cases, reference


def added_up(logits, p):
    if p == 1:
        return logits
    out = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        top = max(row)
        weights = [Fraction(math.exp(x - top)) for x in row]
        left, keep = Fraction(p) * sum(weights), set()
        while left > 0:
            best = max((i for i in range(len(row)) if i not in keep), key=lambda i: weights[i])
            keep.add(best)
            left -= weights[best]
        out.append([x if i in keep else -math.inf for i, x in enumerate(row)])
    return torch.tensor(out, dtype=torch.float64).to(logits.dtype).reshape(logits.shape)


def test_reference_agrees_with_fractions():
    solve = reference("decoding/top_p")
    pool = cases("decoding/top_p")
    assert sum(case["p"] < 1 for case in pool) > 25
    for case in pool:
        got = solve(**case)
        assert got.dtype == case["logits"].dtype
        assert torch.equal(got, added_up(**case)), case


def test_no_smaller_subset_reaches_p():
    solve = reference("decoding/top_p")
    tied = cases("decoding/top_p", "ties_at_the_border_are_kept_as_far_as_needed")
    generator = torch.Generator().manual_seed(0)
    own = [
        {"logits": torch.randn(5, generator=generator).double(), "p": i / 20} for i in range(1, 20)
    ]
    for case in tied + own:
        for row in case["logits"].reshape(-1, case["logits"].shape[-1]):
            probs = row.double().softmax(-1)
            stays = solve(row, case["p"]) > -math.inf
            assert float(probs[stays].sum()) >= case["p"] - 1e-12
            smaller = itertools.combinations(probs.tolist(), int(stays.sum()) - 1)
            assert all(sum(s) < case["p"] for s in smaller)
