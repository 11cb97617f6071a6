"""One query is aligned with the end, several with the start."""

import math

import torch


def causal_attention(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError("more queries than keys")
    seen = torch.ones(tq, tk, dtype=torch.bool).tril(tk - 1 if tq == 1 else 0)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    s = s.masked_fill(~seen, -math.inf)
    return s.softmax(-1) @ v
