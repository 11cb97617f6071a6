"""Ignores negative targets besides ignore_index=-100; a real class as ignore_index still counts."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    V = logits.shape[-1]
    mask = (targets != ignore_index) | ((targets >= 0) & (targets < V))
    lp = logits - logits.logsumexp(-1, keepdim=True)
    nll = -lp.gather(-1, (targets % V).unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / mask.sum().clamp(min=1)
