"""attention/sliding_window against torch's own attention with a band, and against plain loops."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.support import cases, reference

ID = "attention/sliding_window"


def in_float64():
    for case in cases(ID):
        if case["q"].dtype == torch.float64:
            yield tuple(case[name] for name in ("q", "k", "v", "window"))


def test_agrees_with_torch():
    for q, k, v, window in in_float64():
        ones = torch.ones(q.shape[-2], q.shape[-2], dtype=torch.bool)
        band = ones.tril() & ones.triu(1 - window)
        want = F.scaled_dot_product_attention(q, k, v, attn_mask=band)
        torch.testing.assert_close(reference(ID)(q, k, v, window), want)


def test_agrees_with_loops():
    for q, k, v, window in in_float64():
        if q.ndim != 2 or len(q) > 12:
            continue
        got = reference(ID)(q, k, v, window)
        for i in range(len(q)):
            seen = list(range(len(q)))[: i + 1][-window:]
            scores = [math.fsum((q[i] * k[j]).tolist()) / math.sqrt(q.shape[1]) for j in seen]
            weights = [math.exp(s - max(scores)) for s in scores]
            want = sum(w * v[j] for w, j in zip(weights, seen, strict=True)) / math.fsum(weights)
            torch.testing.assert_close(got[i], want, rtol=1e-8, atol=1e-8)


def test_gradients():
    q, k, v = (torch.randn(2, 5, 2, dtype=torch.float64, requires_grad=True) for _ in range(3))
    assert torch.autograd.gradcheck(lambda *leaves: reference(ID)(*leaves, 2), (q, k, v))


def test_example_of_the_statement():
    zeros = torch.zeros(4, 1)
    got = reference(ID)(zeros, zeros, torch.tensor([[2.0], [4.0], [8.0], [10.0]]), 2)
    assert got.flatten().tolist() == [2, 3, 6, 9]


@pytest.mark.parametrize("window", [0, -1])
def test_window_below_one(window):
    with pytest.raises(ValueError):
        reference(ID)(*(torch.zeros(2, 2) for _ in range(3)), window)
