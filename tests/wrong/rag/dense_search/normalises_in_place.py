"""Normalises the index in place."""

import torch


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    n = index.norm(dim=1, keepdim=True)
    index /= torch.where(n > 0, n, torch.ones_like(n))
    m = query.norm(dim=-1, keepdim=True)
    scores = query / torch.where(m > 0, m, torch.ones_like(m)) @ index.T
    s, r = scores.sort(dim=-1, descending=True, stable=True)
    return s[..., :k], r[..., :k]
