"""Rows in blocks of 128, scaled by the largest entry first; ties broken by flipping twice."""

import torch


def _unit(v):
    largest = v.abs().amax(-1, keepdim=True)
    v = v / largest.masked_fill(largest == 0, 1.0)
    length = v.pow(2).sum(-1, keepdim=True).sqrt()
    return torch.where(length > 0, v / length, torch.zeros_like(v))


def dense_search(query, index, k):
    if not k >= 1:
        raise ValueError(k)
    if query.size(-1) != index.size(-1):
        raise ValueError((query.shape, index.shape))
    q = _unit(torch.atleast_2d(query))
    blocks = [q @ _unit(block).mT for block in index.split(128)] or [q[:, :0]]
    scores = torch.cat(blocks, dim=1)
    rising = scores.flip(1).sort(dim=1, stable=True)
    n = scores.shape[1]
    values, rows = rising.values.flip(1)[:, :k], (n - 1 - rising.indices.flip(1))[:, :k]
    if query.dim() == 1:
        return values.squeeze(0), rows.squeeze(0)
    return values, rows
