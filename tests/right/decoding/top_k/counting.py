"""Counts how many of the row are larger, with an additive mask."""

import torch


def _mask(keep, like):
    return torch.zeros_like(like).masked_fill(~keep, -torch.inf)


def top_k_filter(logits, k):
    if not k >= 1:
        raise ValueError("k must be positive")
    larger = (logits[..., None, :] > logits[..., :, None]).sum(-1)
    return logits + _mask(larger < k, logits)
