"""training/adamw against torch.optim.AdamW, and against plain Python numbers."""

import math

import pytest
import torch

from tests.support import cases, reference


def histories(optimizer_class, case, **more):
    parameters = [torch.nn.Parameter(v.clone()) for v in case["values"]]
    optimizer = optimizer_class(parameters, **case.get("options", {}), **more)
    for row in case["gradients"]:
        for p, g in zip(parameters, row, strict=True):
            p.grad = None if g is None else g.clone()
        optimizer.step()
        yield [p.detach().clone() for p in parameters]


@pytest.mark.parametrize(
    "check", ["agrees_with_the_reference", "defaults_are_those_of_the_signature"]
)
def test_reference_agrees_with_torch(check):
    for case in cases("training/adamw", check):
        ours = list(histories(reference("training/adamw"), case))
        torchs = list(histories(torch.optim.AdamW, case, foreach=False))
        if case["values"][0].dtype == torch.bfloat16:
            torch.testing.assert_close(ours, torchs, rtol=5e-2, atol=3e-2)
        else:
            torch.testing.assert_close(ours, torchs, rtol=1e-6, atol=1e-8)


def test_reference_agrees_with_plain_numbers():
    p, m, v, lr, b1, b2, eps, decay = 2.0, 0.0, 0.0, 0.3, 0.8, 0.6, 0.01, 0.2
    gradients = [1.5, -4.0, 0.0, 0.25, 7.0]
    case = {
        "values": [torch.tensor(p).double()],
        "gradients": [[torch.tensor(g).double()] for g in gradients],
        "options": {"lr": lr, "betas": (b1, b2), "eps": eps, "weight_decay": decay},
    }
    got = [row[0].item() for row in histories(reference("training/adamw"), case)]
    want = []
    for t, g in enumerate(gradients, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        step = m / (1 - b1**t) / (math.sqrt(v / (1 - b2**t)) + eps)
        p = p - lr * decay * p - lr * step
        want.append(p)
    assert got == pytest.approx(want, rel=1e-12)
