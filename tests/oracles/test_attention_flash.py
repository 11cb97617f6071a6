"""attention/flash against torch's own attention, for every block size."""

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def test_reference_agrees_with_torch():
    solve = reference("attention/flash")
    for case in cases("attention/flash"):
        q, k, v = (case[name].double() for name in "qkv")
        want = F.scaled_dot_product_attention(q, k, v, is_causal=case.get("causal", False))
        tolerance = {torch.float64: 1e-9, torch.float32: 1e-4}.get(case["q"].dtype, 5e-2)
        got = solve(**case)
        assert got.dtype == case["q"].dtype
        torch.testing.assert_close(got.double(), want, rtol=tolerance, atol=tolerance)


def test_every_block_size_gives_what_torch_gives():
    solve = reference("attention/flash")
    generator = torch.Generator().manual_seed(0)
    q, k, v = (5 * torch.randn(2, 1, 11, 4, generator=generator).double() for _ in range(3))
    for causal in (False, True):
        want = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        for block_size in range(1, 14):
            torch.testing.assert_close(solve(q, k, v, block_size, causal), want)


def test_the_example_of_the_statement():
    q = torch.tensor([[0.0], [0.0], [1.0]])
    k, v = q * torch.tensor(2.0).log(), torch.tensor([[1.0], [3.0], [8.0]])
    solve = reference("attention/flash")
    torch.testing.assert_close(solve(q, k, v, 2), torch.tensor([[4.0], [4.0], [5.0]]))
    torch.testing.assert_close(solve(q, k, v, 2, True), torch.tensor([[1.0], [2.0], [5.0]]))
