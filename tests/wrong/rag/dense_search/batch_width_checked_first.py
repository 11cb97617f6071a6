"""Compares the wrong axis of a batch: query.shape[0]."""

import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or len(query) != index.shape[1] and query.dim() == 1:
        raise ValueError
    if query.dim() == 2 and query.shape[1] < index.shape[1]:
        raise ValueError
    q = query[..., : index.shape[1]]
    s, r = (F.normalize(q, dim=-1) @ F.normalize(index, dim=-1).T).sort(dim=-1, descending=True, stable=True)
    return s[..., :k], r[..., :k]
