"""Fails for logits (V,) with a target of shape (): there is no first dimension to loop over."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    rows = list(logits.flatten(0, -2))
    losses = [
        torch.logsumexp(r, 0) - r[t]
        for r, t in zip(rows, targets.flatten())
        if t != ignore_index
    ]
    return torch.stack(losses).mean() if losses else logits.sum() * 0
