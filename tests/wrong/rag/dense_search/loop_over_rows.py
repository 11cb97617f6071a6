"""A loop over the rows with a dot product each."""

import torch


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    batch = query if query.dim() == 2 else query[None]
    scores = torch.zeros(len(batch), len(index), dtype=query.dtype)
    for j, row in enumerate(index):
        for i, q in enumerate(batch):
            n = q.norm() * row.norm()
            if n > 0:
                scores[i, j] = q @ row / n
    s, r = scores.sort(dim=-1, descending=True, stable=True)
    s, r = s[:, :k], r[:, :k]
    return (s, r) if query.dim() == 2 else (s[0], r[0])
