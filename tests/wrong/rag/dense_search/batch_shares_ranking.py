"""A batch is ranked by its mean similarity."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    scores = F.normalize(query, dim=-1) @ F.normalize(index, dim=-1).T
    if scores.dim() == 1:
        s, r = scores.sort(descending=True, stable=True)
        return s[:k], r[:k]
    r = scores.mean(0).argsort(descending=True, stable=True)[:k].expand(len(scores), -1)
    return scores.gather(1, r), r.contiguous()
