"""training/evaluate against plain Python loops over single tokens."""

import math

import pytest
import torch
from torch import nn

from tests.support import reference


def by_token(model, batches, ignore_index):
    """All token losses, from softmax in Python numbers."""
    losses = []
    for inputs, targets in batches:
        for row, labels in zip(model(inputs).tolist(), targets.tolist(), strict=True):
            for scores, label in zip(row, labels, strict=True):
                if label != ignore_index:
                    total = sum(math.exp(s - scores[label]) for s in scores)
                    losses.append(math.log(total))
    return losses


@pytest.mark.parametrize("ignore_index", [-100, 0, 3])
def test_reference_agrees_with_plain_loops(ignore_index):
    solve = reference("training/evaluate")
    for seed in range(5):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Embedding(5, 4), nn.Dropout(0.5), nn.Linear(4, 6)).double()
        batches = []
        for b, t in ((1, 1), (2, 5), (3, 2)):
            targets = torch.randint(6, (b, t))
            targets[torch.rand(b, t) < 0.4] = ignore_index
            batches.append((torch.randint(5, (b, t)), targets))
        losses = by_token(model.eval(), batches, ignore_index)
        model.train()
        model[1].eval()
        got = solve(model, batches, ignore_index)
        assert got == {
            "loss": pytest.approx(sum(losses) / len(losses), rel=1e-12),
            "perplexity": pytest.approx(
                math.prod(losses and map(math.exp, losses)) ** (1 / len(losses))
            ),
            "tokens": len(losses),
        }
        assert [m.training for m in model.modules()] == [True, True, False, True]
        assert all(p.grad is None for p in model.parameters())


def test_no_token_gives_nan():
    got = reference("training/evaluate")(
        nn.Embedding(3, 4), [(torch.ones(1, 2).long(), torch.full((1, 2), -100))]
    )
    assert math.isnan(got["loss"]) and math.isnan(got["perplexity"]) and got["tokens"] == 0


def test_overflow_gives_inf():
    model = nn.Embedding.from_pretrained(torch.tensor([[0.0, 800.0]]).double())
    got = reference("training/evaluate")(
        model, [(torch.zeros(1, 1).long(), torch.zeros(1, 1).long())]
    )
    assert got == {"loss": 800.0, "perplexity": math.inf, "tokens": 1}
