"""Unsorts with the indices of axis 0 of a 2-d batch only."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    values, idx = torch.sort(logits, descending=True, dim=-1)
    cum = values.softmax(-1).cumsum(-1)
    drop = torch.cat([torch.zeros_like(cum[..., :1]), cum[..., :-1]], -1) >= p
    if logits.dim() == 1:
        return logits.masked_fill(drop[idx.argsort()], float("-inf"))
    rows = torch.arange(logits.shape[0])[:, None]
    mask = torch.zeros_like(drop)
    mask[rows, idx] = drop
    return logits.masked_fill(mask, float("-inf"))
