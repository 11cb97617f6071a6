"""The widespread sampler without the shift: cum > p is removed, the first saved."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    values, idx = torch.sort(logits, descending=True)
    cum = values.softmax(-1).cumsum(-1)
    remove = cum > p
    remove[..., 0] = False
    mask = torch.zeros_like(remove)
    mask.scatter_(-1, idx, remove)
    return logits.masked_fill(mask, float("-inf"))
