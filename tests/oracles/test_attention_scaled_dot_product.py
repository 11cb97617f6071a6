"""attention/scaled_dot_product against plain Python loops, and against torch's own attention."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.support import cases, reference

ID = "attention/scaled_dot_product"


def by_loops(q, k, v, mask):
    """Exact sums of Python floats, one query at a time; for no leading dimensions."""
    rows = []
    for i, query in enumerate(q.tolist()):
        seen = [j for j in range(len(k)) if mask is None or bool(mask[i][j])]
        scores = [
            math.fsum(a * b for a, b in zip(query, k[j].tolist(), strict=True))
            / math.sqrt(len(query))
            for j in seen
        ]
        weights = [math.exp(s - max(scores)) for s in scores]
        total = math.fsum(weights)
        rows.append(
            [
                math.fsum(w * v[j][c].item() for w, j in zip(weights, seen, strict=True))
                / (total or 1.0)
                for c in range(v.shape[-1])
            ]
        )
    return torch.tensor(rows, dtype=torch.float64)


def everything_broadcast(case):
    q, k, v, mask = (case[name] for name in ("q", "k", "v", "mask"))
    tq, tk = q.shape[-2], k.shape[-2]
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    q, k, v = (t.expand(*lead, *t.shape[-2:]).reshape(-1, *t.shape[-2:]) for t in (q, k, v))
    masks = mask if mask is None else mask.expand(*lead, tq, tk).reshape(-1, tq, tk)
    return lead, q, k, v, masks


def test_reference_agrees_with_loops():
    solve = reference(ID)
    for case in cases(ID):
        if case["q"].dtype != torch.float64:
            continue
        lead, q, k, v, masks = everything_broadcast(case)
        rows = [
            by_loops(q[b], k[b], v[b], None if masks is None else masks[b]) for b in range(len(q))
        ]
        want = torch.stack(rows).reshape(*lead, q.shape[-2], v.shape[-1])
        torch.testing.assert_close(solve(**case), want, rtol=1e-9, atol=1e-9)


def test_values_and_gradients_agree_with_torch():
    solve = reference(ID)
    for case in cases(ID):
        mask = case["mask"]
        if case["q"].dtype != torch.float64 or (mask is not None and not mask.any(-1).all()):
            continue
        if mask is not None:
            mask = mask.expand(case["q"].shape[-2], mask.shape[-1]) if mask.ndim == 1 else mask
        found = []
        for attend in (solve, F.scaled_dot_product_attention):
            leaves = [case[name].detach().clone().requires_grad_() for name in ("q", "k", "v")]
            result = attend(*leaves, mask)
            weights = torch.linspace(-1, 2, result.numel(), dtype=torch.float64)
            total = (result * weights.reshape(result.shape)).sum()
            found.append((result, *torch.autograd.grad(total, leaves)))
        for got, want in zip(*found, strict=True):
            torch.testing.assert_close(got, want, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_dtype_is_kept(dtype):
    x = torch.ones(2, 3, dtype=dtype)
    assert reference(ID)(x, x, x).dtype == dtype


def test_gradients_are_right_next_to_an_empty_row():
    torch.manual_seed(0)
    q, k, v = (torch.randn(3, 2, dtype=torch.float64, requires_grad=True) for _ in range(3))
    mask = torch.tensor([[True, False, True], [False, False, False], [True, True, False]])
    assert torch.autograd.gradcheck(lambda *leaves: reference(ID)(*leaves, mask), (q, k, v))


def test_example_of_the_statement():
    solve = reference(ID)
    q = torch.tensor([[2.0, 0, 0, 0]])
    k = torch.tensor([[math.log(3), 0, 0, 0], [0, 0, 0, 0]])
    v = torch.tensor([[4.0], [8.0]])
    for mask, want in ((None, 5.0), ([[False, True]], 8.0), ([[False, False]], 0.0)):
        got = solve(q, k, v, None if mask is None else torch.tensor(mask))
        assert math.isclose(got.item(), want, rel_tol=1e-6)
