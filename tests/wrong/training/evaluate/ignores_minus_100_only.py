"""Counts with ignore_index but hands -100 to the loss."""

import math

import torch
import torch.nn.functional as F


def evaluate(model, batches, ignore_index=-100):
    before = {module: module.training for module in model.modules()}
    model.eval()
    loss_sum, count = 0.0, 0
    try:
        with torch.no_grad():
            for x, y in batches:
                logits = model(x)
                loss = F.cross_entropy(
                    logits.transpose(1, 2),
                    y.where((y >= 0) & (y < logits.shape[-1]), -100),
                    ignore_index=-100,
                    reduction="sum",
                )
                loss_sum += loss.item()
                count += (y != ignore_index).sum().item()
    finally:
        for module, mode in before.items():
            module.training = mode
    if count == 0:
        return {"loss": float("nan"), "perplexity": float("nan"), "tokens": 0}
    mean = loss_sum / count
    try:
        perplexity = math.exp(mean)
    except OverflowError:
        perplexity = float("inf")
    return {"loss": mean, "perplexity": perplexity, "tokens": count}
