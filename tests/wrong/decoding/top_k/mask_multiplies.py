"""Multiplies by a mask of 1 and infinity: signs flip, zeros become NaN."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits * torch.where(logits < kth, -torch.inf, 1.0).to(logits.dtype)
