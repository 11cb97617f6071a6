"""Recursive over the batch; a vector's score list is sorted by Python."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1:
        raise ValueError
    if query.shape[-1] != index.shape[1]:
        raise ValueError
    if query.dim() == 2:
        parts = [dense_search(q, index, k) for q in query]
        return torch.stack([p[0] for p in parts]), torch.stack([p[1] for p in parts])
    scores = (F.normalize(index, dim=1) * F.normalize(query, dim=0)).sum(1)
    values = scores.tolist()
    order = sorted(range(len(values)), key=lambda i: values[i], reverse=True)[:k]
    rows = torch.tensor(order, dtype=torch.long)
    return scores[rows], rows
