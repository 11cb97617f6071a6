"""A list of (row, score) pairs."""

import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    scores = (F.normalize(query, dim=-1) @ F.normalize(index, dim=-1).T).flatten().tolist()
    return sorted(enumerate(scores), key=lambda p: (-p[1], p[0]))[:k]
