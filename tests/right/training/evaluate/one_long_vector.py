"""Collects the loss of every counting token, then one mean."""

import math

import torch
from torch import nn


def evaluate(model, batches, ignore_index=-100):
    flags = [m.training for m in model.modules()]
    losses = []
    criterion = nn.CrossEntropyLoss(reduction="none", ignore_index=ignore_index)
    try:
        model.train(False)
        for x, y in batches:
            with torch.inference_mode():
                every = criterion(model(x).permute(0, 2, 1), y)
                losses += every[y != ignore_index].tolist()
    finally:
        for m, flag in zip(model.modules(), flags):
            m.train(flag)
    n = len(losses)
    loss = math.fsum(losses) / n if n else math.nan
    return dict(
        loss=loss,
        perplexity=torch.tensor(loss, dtype=torch.float64).exp().item(),
        tokens=n,
    )
