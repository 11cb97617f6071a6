"""training/clip_grad against torch's own clip_grad_norm_, and against plain Python numbers."""

import math

import pytest
import torch

from tests.support import cases, reference


def on_parameters(gradients):
    parameters = [torch.nn.Parameter(torch.zeros_like(g)) for g in gradients]
    for p, g in zip(parameters, gradients, strict=True):
        p.grad = g.clone()
    return parameters


def test_reference_agrees_with_torch():
    solve = reference("training/clip_grad")
    for case in cases("training/clip_grad"):
        if not case["gradients"][0].dtype.itemsize >= 4:
            continue
        ours, torchs = on_parameters(case["gradients"]), on_parameters(case["gradients"])
        got = solve(iter(ours), case["max_norm"])
        want = torch.nn.utils.clip_grad_norm_(torchs, case["max_norm"])
        torch.testing.assert_close(got, want)
        for a, b in zip(ours, torchs, strict=True):
            torch.testing.assert_close(a.grad, b.grad)


@pytest.mark.parametrize("max_norm", [0.01, 1.0, 12.9, 13.1, 100.0])
def test_reference_agrees_with_plain_numbers(max_norm):
    solve = reference("training/clip_grad")
    gradients = [torch.tensor([3.0, 4.0]).double(), torch.tensor([[12.0]]).double()]
    parameters = on_parameters(gradients)
    norm = math.sqrt(9 + 16 + 144)
    assert solve(parameters, max_norm).item() == norm == 13
    factor = max_norm / (13 + 1e-6) if max_norm < 13 else 1.0
    assert [p.grad.flatten().tolist() for p in parameters] == [
        [pytest.approx(3 * factor, rel=1e-12), pytest.approx(4 * factor, rel=1e-12)],
        [pytest.approx(12 * factor, rel=1e-12)],
    ]
