"""Returns angles, smallest first."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    scores = (F.normalize(query, dim=-1) @ F.normalize(index, dim=-1).T).clamp(-1, 1).acos()
    s, r = scores.sort(dim=-1, stable=True)
    return s[..., :k], r[..., :k]
