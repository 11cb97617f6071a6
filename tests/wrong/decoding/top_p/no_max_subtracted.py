"""A softmax by hand that overflows for large logits."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    e = logits.double().exp()
    probs, idx = torch.sort(e / e.sum(-1, keepdim=True), descending=True)
    drop = probs.cumsum(-1) - probs >= p
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, idx, drop), float("-inf"))
