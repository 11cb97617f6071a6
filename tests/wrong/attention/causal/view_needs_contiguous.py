"""Flattens the leading dimensions with view."""

import math

import torch


def causal_attention(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError("more queries than keys")
    lead = q.shape[:-2]
    q, k, v = q.view(-1, tq, d), k.view(-1, tk, d), v.view(-1, tk, v.shape[-1])
    seen = torch.ones(tq, tk, dtype=torch.bool).tril(tk - tq)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    s = s.masked_fill(~seen, -math.inf)
    return (s.softmax(-1) @ v).view(*lead, tq, -1)
