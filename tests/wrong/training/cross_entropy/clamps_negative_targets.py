"""Ignored targets are clamped to class 0, which fails when ignore_index is V or more."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = targets != ignore_index
    lp = torch.log_softmax(logits, -1)
    nll = -lp.gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / mask.sum().clamp(min=1)
