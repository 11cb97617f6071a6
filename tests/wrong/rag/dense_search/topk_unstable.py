"""torch.topk, whose ties come in any order."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1:
        raise ValueError("k")
    if query.shape[-1] != index.shape[-1]:
        raise ValueError("width")
    scores = F.normalize(query, dim=-1) @ F.normalize(index, dim=-1).T
    values, rows = torch.topk(scores, min(k, len(index)), dim=-1)
    return values, rows
