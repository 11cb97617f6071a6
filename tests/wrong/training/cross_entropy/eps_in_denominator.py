"""Adds 1e-6 to the count instead of treating an empty mean apart: every mean is slightly small."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = targets != ignore_index
    lp = torch.log_softmax(logits, -1)
    nll = -lp.gather(-1, targets.where(mask, 0).unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / (mask.sum() + 1e-6)
