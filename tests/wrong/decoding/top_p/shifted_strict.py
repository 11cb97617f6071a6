"""Shifted, but compares with > so that a total that equals p exactly takes one token more."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    values, idx = torch.sort(logits, descending=True)
    remove = values.softmax(-1).cumsum(-1) > p
    remove[..., 1:] = remove[..., :-1].clone()
    remove[..., 0] = False
    return logits.masked_fill(torch.zeros_like(remove).scatter(-1, idx, remove), float("-inf"))
