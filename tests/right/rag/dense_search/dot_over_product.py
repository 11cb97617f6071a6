"""Dot products divided by the product of the lengths; 0/0 becomes 0; argsort and gather."""

import torch
from torch import Tensor


def dense_search(query: Tensor, index: Tensor, k: int) -> tuple[Tensor, Tensor]:
    n, d = index.shape
    if k <= 0:
        raise ValueError(f"{k=}")
    if d != query.shape[-1]:
        raise ValueError(f"{query.shape} does not fit {index.shape}")
    single = query.ndim == 1
    q = query.view(1, d) if single else query
    dots = torch.einsum("bd,nd->bn", q, index)
    lengths = torch.outer(q.square().sum(1).sqrt(), index.square().sum(1).sqrt())
    scores = torch.nan_to_num(dots / lengths, nan=0.0)
    order = torch.argsort(scores, dim=1, descending=True, stable=True)[:, : min(k, n)]
    best = scores.gather(1, order)
    return (best[0], order[0]) if single else (best, order)
