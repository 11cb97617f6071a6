"""Fills the logits it was given."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    probs, idx = torch.sort(logits.double().softmax(-1), descending=True)
    drop = probs.cumsum(-1) - probs >= p
    return logits.masked_fill_(torch.zeros_like(drop).scatter(-1, idx, drop), float("-inf"))
