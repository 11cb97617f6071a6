"""Handles (N, V) and (B, T, V) only."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    if logits.ndim == 3:
        b, t, v = logits.shape
        logits, targets = logits.reshape(b * t, v), targets.reshape(b * t)
    n, v = logits.shape
    mask = targets != ignore_index
    lp = torch.log_softmax(logits, 1)
    nll = -lp[torch.arange(n), torch.where(mask, targets, 0)]
    return (nll * mask).sum() / mask.sum().clamp(min=1)
