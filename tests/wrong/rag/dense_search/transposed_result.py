"""(k', B) instead of (B, k')."""

import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    scores = F.normalize(index, dim=-1) @ F.normalize(query, dim=-1).T
    s, r = scores.sort(dim=0, descending=True, stable=True)
    return s[:k], r[:k]
