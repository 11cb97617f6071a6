"""decoding/top_k against counting: a logit stays while fewer than k of its row are larger."""

import math

import torch

from tests.support import cases, reference


def counted(logits, k):
    out = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        out.append([x if sum(y > x for y in row) < k else -math.inf for x in row])
    return torch.tensor(out, dtype=torch.float64).to(logits.dtype).reshape(logits.shape)


def test_reference_agrees_with_counting():
    solve, own = reference("decoding/top_k"), []
    for v in (1, 2, 5):
        for k in (1, 2, 5, 6):
            own.append({"logits": torch.randint(-2, 3, (4, 3, v)).double(), "k": k})
    pool = cases("decoding/top_k")
    assert any((c["logits"].isneginf()).any() for c in pool)
    for case in pool + own:
        got = solve(**case)
        assert got.dtype == case["logits"].dtype
        assert torch.equal(got, counted(**case))
