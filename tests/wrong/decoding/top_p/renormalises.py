"""Kept logits come back as log-probabilities."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    probs, idx = torch.sort(logits.double().softmax(-1), descending=True)
    drop = probs.cumsum(-1) - probs >= p
    drop = torch.zeros_like(drop).scatter(-1, idx, drop)
    return logits.masked_fill(drop, float("-inf")).log_softmax(-1)
