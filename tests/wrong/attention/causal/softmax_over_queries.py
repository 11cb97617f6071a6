"""Softmax along the queries."""

import math

import torch


def causal_attention(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError("more queries than keys")
    seen = torch.ones(tq, tk, dtype=torch.bool).tril(tk - tq)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    s = s.masked_fill(~seen, -math.inf)
    return s.softmax(-2) @ v
