"""Ranks by the distance of the vectors as they are, and reports cosines."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    q = query if query.dim() == 2 else query[None]
    order = (q[:, None] - index).norm(dim=-1).sort(dim=-1, stable=True).indices[:, :k]
    scores = (F.normalize(q, dim=-1) @ F.normalize(index, dim=-1).T).gather(1, order)
    return (scores, order) if query.dim() == 2 else (scores[0], order[0])
