"""Everything in Python floats."""

import math

import torch


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    if query.dim() == 2:
        parts = [dense_search(q, index, k) for q in query]
        return torch.stack([a for a, _ in parts]), torch.stack([b for _, b in parts])
    q = query.tolist()
    nq = math.sqrt(sum(a * a for a in q))
    found = []
    for i, row in enumerate(index.tolist()):
        n = nq * math.sqrt(sum(a * a for a in row))
        found.append((-sum(a * b for a, b in zip(q, row)) / n if n else 0.0, i))
    found = sorted(found)[:k]
    scores = torch.tensor([0.0 - s for s, _ in found], dtype=query.dtype)
    return scores, torch.tensor([i for _, i in found], dtype=torch.long)
