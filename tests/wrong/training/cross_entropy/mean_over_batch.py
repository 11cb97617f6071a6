"""Sums over each sequence and averages over the batch."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = targets != ignore_index
    lp = torch.log_softmax(logits, -1)
    nll = -lp.gather(-1, targets.where(mask, 0).unsqueeze(-1)).squeeze(-1)
    nll = nll * mask
    return nll.sum() / max(1, nll.shape[0] if nll.ndim else 1)
