"""training/cross_entropy against torch's own loss, and against sums of Python floats."""

import math

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def by_hand(logits, targets, ignore_index):
    """The loss of one case in plain Python floats."""
    losses = []
    rows = logits.double().reshape(-1, logits.shape[-1]).tolist()
    for row, target in zip(rows, targets.reshape(-1).tolist(), strict=True):
        if target != ignore_index:
            top = max(row)
            total = math.fsum(math.exp(z - top) for z in row)
            losses.append(math.log(total) + (top - row[target]))
    return math.fsum(losses) / len(losses) if losses else 0.0


def test_reference_agrees_with_plain_python_on_every_case():
    solve = reference("training/cross_entropy")
    seen = 0
    for case in cases("training/cross_entropy"):
        got = solve(**case)
        want = by_hand(case["logits"], case["targets"], case.get("ignore_index", -100))
        loose = 2e-2 if got.dtype in (torch.half, torch.bfloat16) else 1e-5
        assert got.shape == () and got.dtype == case["logits"].dtype
        assert math.isclose(float(got), want, rel_tol=loose, abs_tol=loose)
        seen += 1
    assert seen > 40


def test_reference_and_its_gradient_agree_with_torch():
    solve = reference("training/cross_entropy")
    generator = torch.Generator().manual_seed(0)
    for shape in ((1,), (7,), (2, 3), (4, 1, 5)):
        logits = torch.randn(*shape, 6, generator=generator, dtype=torch.float64) * 5
        targets = torch.randint(0, 6, shape, generator=generator)
        targets[torch.rand(shape, generator=generator) < 0.3] = 4
        for ignore_index in (-100, 4):
            if bool((targets == ignore_index).all()):
                continue
            ours, theirs = (logits.clone().requires_grad_() for _ in range(2))
            got = solve(ours, targets, ignore_index)
            want = F.cross_entropy(
                theirs.reshape(-1, 6), targets.reshape(-1), ignore_index=ignore_index
            )
            torch.testing.assert_close(got, want)
            got.backward()
            want.backward()
            torch.testing.assert_close(ours.grad, theirs.grad)


def test_backward_works_when_every_target_is_ignored():
    logits = torch.randn(2, 3, requires_grad=True)
    loss = reference("training/cross_entropy")(logits, torch.full((2,), -100))
    loss.backward()
    assert loss.item() == 0 and torch.equal(logits.grad, torch.zeros(2, 3))
