"""Uses view, which fails on tensors that are not contiguous."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    x, y = logits.view(-1, logits.shape[-1]), targets.view(-1)
    mask = y != ignore_index
    nll = x.logsumexp(-1) - x.gather(1, y.where(mask, 0)[:, None])[:, 0]
    return (nll * mask).sum() / mask.sum().clamp(min=1)
