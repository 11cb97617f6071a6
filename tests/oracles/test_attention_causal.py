"""attention/causal against torch's own attention with an explicit mask."""

import math

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def test_reference_agrees_with_torch():
    solve = reference("attention/causal")
    for case in cases("attention/causal"):
        q, k, v = case["q"], case["k"], case["v"]
        if q.dtype != torch.float64:
            continue
        visible = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
        visible = visible.tril(k.shape[-2] - q.shape[-2])
        want = F.scaled_dot_product_attention(q, k, v, attn_mask=visible)
        torch.testing.assert_close(solve(q, k, v), want)


def test_reference_agrees_with_plain_loops():
    """Brute force in Python numbers, in every dtype."""
    solve = reference("attention/causal")
    for case in cases("attention/causal"):
        q, k, v = (case[name].double() for name in "qkv")
        tolerance = {torch.float64: 1e-9, torch.float32: 1e-4}.get(case["q"].dtype, 5e-2)
        want = by_hand(q, k, v)
        got = solve(**case)
        assert got.dtype == case["v"].dtype
        torch.testing.assert_close(got.double(), want, rtol=tolerance, atol=tolerance)


def by_hand(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    flat = (x.reshape(-1, *x.shape[-2:]).tolist() for x in (q, k, v))
    out = []
    for rows, keys, values in zip(*flat, strict=True):
        for i, row in enumerate(rows):
            seen = range(tk - tq + i + 1)
            scores = [sum(map(float.__mul__, row, keys[j])) / math.sqrt(d) for j in seen]
            weights = [math.exp(score - max(scores)) for score in scores]
            for c in range(v.shape[-1]):
                out.append(sum(w * values[j][c] for j, w in enumerate(weights)) / sum(weights))
    return torch.tensor(out, dtype=torch.float64).reshape(*q.shape[:-1], v.shape[-1])
