"""Means of the batches weighted by their tokens; the work in an inner function."""

import torch
import torch.nn.functional as F


def _totals(model, batches, ignore_index):
    model.eval()
    pairs = []
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            mean = F.cross_entropy(
                logits.reshape(-1, logits.shape[-1]), y.reshape(-1), ignore_index=ignore_index
            )
            count = int(torch.sum(y != ignore_index))
            if count:
                pairs.append((mean.double(), count))
    return pairs


def evaluate(model, batches, ignore_index=-100):
    old = [(m, m.training) for m in model.modules()]
    try:
        pairs = _totals(model, batches, ignore_index)
    except Exception:
        for m, t in old:
            m.training = t
        raise
    for m, t in old:
        m.training = t
    n = sum(c for _, c in pairs)
    loss = sum((mean * c / n for mean, c in pairs), torch.tensor(0.0, dtype=torch.float64))
    if n == 0:
        loss = torch.tensor(float("nan"))
    return {"loss": float(loss), "perplexity": float(torch.exp(loss)), "tokens": n}
