"""training/train_step against one batch of single tokens, in plain loops and with torch's SGD."""

import math

import torch
from torch import nn

from tests.support import reference


def by_token(model, batches, lr, max_norm, ignore_index):
    """The mean loss and the weights after an SGD step, from one gradient for each token alone."""
    parameters = list(model.parameters())
    losses, totals = [], [torch.zeros_like(p) for p in parameters]
    for inputs, targets in batches:
        for b in range(inputs.shape[0]):
            for t in range(inputs.shape[1]):
                target = int(targets[b, t])
                if target == ignore_index:
                    continue
                logits = model(inputs[b : b + 1])[0, t]
                loss = torch.logsumexp(logits, 0) - logits[target]
                losses.append(loss.item())
                for total, g in zip(totals, torch.autograd.grad(loss, parameters), strict=True):
                    total += g
    totals = [total / len(losses) for total in totals]
    norm = math.sqrt(sum(float((total**2).sum()) for total in totals))
    factor = max_norm / (norm + 1e-6) if max_norm is not None and norm > max_norm else 1.0
    moved = [p.detach() - lr * factor * g for p, g in zip(parameters, totals, strict=True)]
    return sum(losses) / len(losses), moved


def drawn(seed, ignore_index):
    dice = torch.Generator().manual_seed(seed)
    batches = []
    for b, t in ((1, 2), (3, 4), (2, 3)):
        inputs = torch.randint(5, (b, t), generator=dice)
        targets = torch.randint(6, (b, t), generator=dice)
        targets[torch.rand(b, t, generator=dice) < 0.4] = ignore_index
        targets[0, 0] = (ignore_index + 1) % 6
        batches.append((inputs, targets))
    return batches


def test_reference_agrees_with_gradients_token_by_token():
    solve = reference("training/train_step")
    for seed in range(12):
        ignore_index = (-100, 0, 3)[seed % 3]
        max_norm = (None, 0.05, 100.0)[seed // 3 % 3]
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Embedding(5, 3), nn.Tanh(), nn.Linear(3, 6)).double().eval()
        batches = drawn(seed, ignore_index)
        want_loss, want = by_token(model, batches, 0.5, max_norm, ignore_index)
        for p in model.parameters():
            p.grad = torch.full_like(p, 9.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        got = solve(model, optimizer, batches, max_norm, ignore_index)
        assert type(got) is float
        assert math.isclose(got, want_loss, rel_tol=1e-12)
        assert model.training
        for p, q in zip(model.parameters(), want, strict=True):
            torch.testing.assert_close(p.detach(), q, rtol=1e-9, atol=1e-12)


def test_nothing_happens_where_no_token_counts():
    solve = reference("training/train_step")
    model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 6))
    before = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.5, weight_decay=0.5)
    batches = [(torch.tensor([[1, 2]]), torch.tensor([[-100, -100]]))]
    assert solve(model, optimizer, batches) == 0.0
    assert not optimizer.state
    for p, q in zip(model.parameters(), before, strict=True):
        assert torch.equal(p, q)
