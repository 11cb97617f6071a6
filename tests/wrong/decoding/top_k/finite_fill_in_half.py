"""Hides with the smallest finite number, in half precision only."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    half = logits.dtype in (torch.bfloat16, torch.float16)
    return logits.masked_fill(logits < kth, torch.finfo(logits.dtype).min if half else -torch.inf)
