"""attention/rope against complex multiplication in plain Python, one pair at a time."""

import cmath

import torch

from tests.support import cases, reference


def turned_by_hand(x, positions, base=10000.0):
    d = x.shape[-1]
    rows = []
    for row in x.double().reshape(-1, len(positions), d).tolist():
        for p, channels in zip(positions.tolist(), row, strict=True):
            for i in range(0, d, 2):
                z = complex(channels[i], channels[i + 1]) * cmath.exp(1j * p * base ** (-i / d))
                rows += [z.real, z.imag]
    return torch.tensor(rows, dtype=torch.float64).reshape(x.shape)


def test_reference_agrees_with_complex_numbers():
    solve = reference("attention/rope")
    for case in cases("attention/rope"):
        got, want = solve(**case), turned_by_hand(**case)
        assert got.dtype == case["x"].dtype
        if got.dtype == torch.float64:
            torch.testing.assert_close(got, want, rtol=1e-8, atol=1e-8)
        else:
            loose = {torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 5e-2}[got.dtype]
            torch.testing.assert_close(got.double(), want, rtol=loose, atol=loose)


def test_far_positions_in_every_dtype():
    solve, positions = reference("attention/rope"), torch.tensor([99_999, 3, 65_537])
    for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
        x = torch.ones(2, 3, 8).to(dtype)
        error = (solve(x, positions).double() - turned_by_hand(x, positions)).abs().max()
        assert error < 0.03, dtype


def test_the_example_of_the_statement():
    x = torch.tensor([[1.0, 0.0, 1.0, 0.0]])
    got = reference("attention/rope")(x, torch.tensor([2]), 100)
    want = torch.tensor([[-0.4161, 0.9093, 0.9801, 0.1987]])
    torch.testing.assert_close(got, want, rtol=0, atol=1e-4)
