"""training/softmax_backward against torch's autograd through torch's own loss."""

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def by_autograd(logits, targets):
    leaf = logits.detach().clone().requires_grad_()
    F.cross_entropy(leaf, targets).backward()
    return leaf.grad


def test_reference_agrees_with_autograd_on_every_case():
    solve = reference("training/softmax_backward")
    for case in cases("training/softmax_backward"):
        got, want = solve(**case), by_autograd(**case)
        loose = 2e-2 if got.dtype in (torch.half, torch.bfloat16) else 1e-5
        torch.testing.assert_close(got, want, rtol=loose, atol=loose)


def test_reference_agrees_with_autograd_to_the_last_digits():
    solve = reference("training/softmax_backward")
    generator = torch.Generator().manual_seed(0)
    for n, v in ((1, 2), (2, 1), (5, 3), (3, 50)):
        logits = 10 * torch.randn(n, v, generator=generator, dtype=torch.float64)
        targets = torch.randint(0, v, (n,), generator=generator)
        got = solve(logits, targets)
        torch.testing.assert_close(got, by_autograd(logits, targets), rtol=1e-10, atol=1e-12)
