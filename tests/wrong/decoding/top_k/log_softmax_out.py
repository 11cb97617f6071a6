"""Kept logits come back normalised."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return torch.log_softmax(logits.masked_fill(logits < kth, float("-inf")), -1)
