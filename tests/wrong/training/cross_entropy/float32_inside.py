"""Computes in float32 and casts back: float64 logits lose half their digits."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = targets != ignore_index
    lp = torch.log_softmax(logits.float(), -1)
    nll = -lp.gather(-1, targets.where(mask, 0).unsqueeze(-1)).squeeze(-1)
    return ((nll * mask).sum() / mask.sum().clamp(min=1)).to(logits.dtype)
