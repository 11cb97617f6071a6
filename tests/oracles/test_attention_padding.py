"""attention/padding against torch's own attention on each row's tokens alone."""

import pytest
import torch
import torch.nn.functional as F

from tests.support import cases, reference


def each_row_alone(q, k, v, lengths, causal=False):
    out = torch.zeros_like(q)
    for b, n in enumerate(lengths.tolist()):
        own = (x[b : b + 1, :, :n].double() for x in (q, k, v))
        if n > 0:
            mixed = F.scaled_dot_product_attention(*own, is_causal=causal)
            out[b, :, :n] = mixed[0].to(q.dtype)
    return out


def test_reference_agrees_with_torch_row_by_row():
    solve = reference("attention/padding")
    for case in cases("attention/padding"):
        tolerance = {torch.float64: 1e-9, torch.float32: 1e-4}.get(case["q"].dtype, 5e-2)
        want = each_row_alone(**case)
        torch.testing.assert_close(solve(**case), want, rtol=tolerance, atol=tolerance)


def test_gradients_agree_with_torch_row_by_row():
    solve = reference("attention/padding")
    generator = torch.Generator().manual_seed(0)
    shape, lengths = (4, 2, 5, 3), torch.tensor([3, 0, 5, 1])
    for causal in (False, True):
        mine = [torch.randn(shape, generator=generator).double() for _ in range(3)]
        found = []
        for attend in (solve, each_row_alone):
            leaves = [x.clone().requires_grad_() for x in mine]
            (attend(*leaves, lengths, causal).sin().sum()).backward()
            found.append([x.grad for x in leaves])
        torch.testing.assert_close(*found)


@pytest.mark.parametrize("lengths", [[-1, 2], [3, 4], [0, -7]])
def test_lengths_outside_raise(lengths):
    x = torch.zeros(2, 1, 3, 2)
    with pytest.raises(ValueError):
        reference("attention/padding")(x, x, x, torch.tensor(lengths))
