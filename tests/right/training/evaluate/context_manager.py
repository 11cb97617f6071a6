"""The modes in a context manager; log_softmax by hand; batches without tokens are left out."""

import contextlib
import math

import torch


@contextlib.contextmanager
def evaluating(model):
    training = [m for m in model.modules() if m.training]
    model.eval()
    try:
        yield
    finally:
        for m in training:
            m.training = True


@torch.no_grad()
def evaluate(model, batches, ignore_index=-100):
    total = torch.zeros((), dtype=torch.float64)
    tokens = 0
    with evaluating(model):
        for inputs, targets in batches:
            live = targets != ignore_index
            if not live.any():
                continue
            scores = model(inputs)[live]
            right = scores.gather(1, targets[live].unsqueeze(1)).squeeze(1)
            total += (scores.logsumexp(1) - right).sum()
            tokens += int(live.sum())
    if tokens == 0:
        return {"tokens": 0, "loss": float("nan"), "perplexity": float("nan")}
    loss = total.item() / tokens
    try:
        return {"loss": loss, "perplexity": math.exp(loss), "tokens": tokens}
    except OverflowError:
        return {"loss": loss, "perplexity": float("inf"), "tokens": tokens}
