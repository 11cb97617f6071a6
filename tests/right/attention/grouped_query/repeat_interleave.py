"""Copies of the heads, log-softmax in float64, mask added."""

import math

import torch


def grouped_query_attention(q, k, v, causal=False):
    if q.shape[1] % k.shape[1] != 0:
        raise ValueError(f"Hq={q.shape[1]} Hkv={k.shape[1]}")
    groups = q.shape[1] // k.shape[1]
    k, v = (x.repeat_interleave(groups, dim=1).double() for x in (k, v))
    logits = torch.matmul(q.double() * (1 / math.sqrt(q.shape[-1])), k.mT)
    if causal:
        t = q.shape[2]
        logits = logits + torch.full((t, t), -torch.inf, dtype=torch.float64).triu(1)
    weights = torch.log_softmax(logits, dim=-1).exp()
    return (weights @ v).to(q.dtype)
