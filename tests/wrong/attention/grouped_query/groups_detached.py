"""Only the first query head of a group sends gradients to the keys."""

import math

import torch


def grouped_query_attention(q, k, v, causal=False):
    b, hq, t, d = q.shape
    hkv = k.shape[1]
    if hq % hkv != 0:
        raise ValueError("Hq must be a multiple of Hkv")
    r = hq // hkv
    kd = k.detach()
    k = torch.stack([k] + [kd] * (r - 1), 2).flatten(1, 2)
    v = v.repeat_interleave(r, dim=1)
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    if causal:
        s = s.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), float("-inf"))
    return s.softmax(-1) @ v
