"""Keeps probabilities from going below 1e-12."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    live = targets != ignore_index
    p = torch.softmax(logits, -1)
    q = p.gather(-1, targets.masked_fill(~live, 0)[..., None])[..., 0].clamp_min(1e-12)
    nll = torch.where(live, -q.log(), torch.zeros_like(q))
    return nll.sum() / live.sum().clamp(min=1)
