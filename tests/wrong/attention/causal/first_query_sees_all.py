"""Two queries or fewer get no mask, as if only prefill needed one."""

import math

import torch


def causal_attention(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError("more queries than keys")
    seen = torch.ones(tq, tk, dtype=torch.bool).tril(tk - tq)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    s = s.masked_fill(~seen, -math.inf) if tq > 2 else s
    return s.softmax(-1) @ v
