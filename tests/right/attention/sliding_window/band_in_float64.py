"""tril and triu make the band; log-sum-exp in float64."""

import math

import torch


def sliding_window_attention(q, k, v, window):
    if window < 1:
        raise ValueError("empty window")
    t = q.size(-2)
    band = torch.ones(t, t, dtype=torch.bool).tril(0).triu(-(window - 1))
    logits = torch.matmul(q.double(), k.double().mT).mul(1 / math.sqrt(q.size(-1)))
    logits = logits + torch.zeros(t, t, dtype=torch.float64).masked_fill(~band, -torch.inf)
    weights = (logits - logits.logsumexp(-1, keepdim=True)).exp()
    return torch.matmul(weights, v.double()).to(v.dtype)
