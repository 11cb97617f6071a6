"""attention/grouped_query against torch's own attention, and against plain Python loops."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.support import cases, reference

ID = "attention/grouped_query"


def test_agrees_with_torch():
    solve = reference(ID)
    for case in cases(ID):
        q, k, v, causal = (case[name] for name in ("q", "k", "v", "causal"))
        if q.dtype != torch.float64:
            continue
        want = F.scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=True)
        torch.testing.assert_close(solve(q, k, v, causal), want)


def test_agrees_with_loops():
    solve = reference(ID)
    for case in cases(ID):
        q, k, v, causal = (case[name] for name in ("q", "k", "v", "causal"))
        if q.dtype != torch.float64:
            continue
        got = solve(q, k, v, causal)
        for b, h, i in (
            (b, h, i) for b in range(len(q)) for h in range(q.shape[1]) for i in (0, -1)
        ):
            g = next(g for g in range(k.shape[1]) if h < (g + 1) * q.shape[1] / k.shape[1])
            place = range(q.shape[2])[i]
            seen = range(place + 1) if causal else range(q.shape[2])
            scores = [float((q[b, h, place] * k[b, g, j]).sum()) / q.shape[3] ** 0.5 for j in seen]
            weights = [math.exp(s - max(scores)) for s in scores]
            want = sum(w * v[b, g, j] for w, j in zip(weights, seen, strict=True)) / sum(weights)
            torch.testing.assert_close(got[b, h, place], want, rtol=1e-8, atol=1e-8)


def test_gradients():
    q = torch.randn(2, 4, 3, 2, dtype=torch.float64, requires_grad=True)
    k, v = (torch.randn(2, 2, 3, 2, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(lambda *leaves: reference(ID)(*leaves, True), (q, k, v))


def test_example_of_the_statement():
    v = torch.tensor([10.0, 20.0]).reshape(1, 2, 1, 1)
    got = reference(ID)(torch.ones(1, 4, 1, 1), torch.ones(1, 2, 1, 1), v)
    assert got.flatten().tolist() == [10, 10, 20, 20]


@pytest.mark.parametrize(("h_q", "h_kv"), [(3, 2), (2, 4)])
def test_heads_must_divide(h_q, h_kv):
    k = torch.zeros(1, h_kv, 2, 2)
    with pytest.raises(ValueError):
        reference(ID)(torch.zeros(1, h_q, 2, 2), k, k)
