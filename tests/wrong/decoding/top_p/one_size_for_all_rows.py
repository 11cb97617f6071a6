"""Keeps in every row as many tokens as the first one needs."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    V = logits.shape[-1]
    probs, idx = torch.sort(logits.double().softmax(-1), descending=True)
    n = 1 + int((probs.cumsum(-1).reshape(-1, V)[0] < p).sum())
    drop = (torch.arange(V) >= n).expand(logits.shape)
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, idx, drop), float("-inf"))
