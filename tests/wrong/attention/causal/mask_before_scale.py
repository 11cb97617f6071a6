"""Zero scores are taken for hidden ones."""

import math

import torch


def causal_attention(q, k, v):
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError("more queries than keys")
    seen = torch.ones(tq, tk, dtype=torch.bool).tril(tk - tq)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    s = (s * seen).masked_fill(s * seen == 0, -math.inf)
    return s.softmax(-1).nan_to_num(0.0) @ v
