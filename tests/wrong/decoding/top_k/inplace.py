"""Writes into the logits it was given."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    k = min(k, logits.size(-1))
    logits[logits < torch.topk(logits, k)[0][..., -1, None]] = -float("inf")
    return logits
