"""Pads with -inf and row -1 up to k."""

import torch
import torch.nn.functional as F


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError
    s, r = (F.normalize(query, dim=-1) @ F.normalize(index, dim=-1).T).sort(dim=-1, descending=True, stable=True)
    missing = max(0, k - len(index))
    return F.pad(s[..., :k], (0, missing), value=float("-inf")), F.pad(r[..., :k], (0, missing), value=-1)
