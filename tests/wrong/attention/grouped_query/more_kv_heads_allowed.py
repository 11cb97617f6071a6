"""More key than query heads pass: takes the first ones."""

import math

import torch


def grouped_query_attention(q, k, v, causal=False):
    b, hq, t, d = q.shape
    hkv = k.shape[1]
    if hkv < hq and hq % hkv != 0:
        raise ValueError("Hq must be a multiple of Hkv")
    r = hq // hkv
    k = k.repeat_interleave(max(r, 1), dim=1)[:, :hq]
    v = v.repeat_interleave(max(r, 1), dim=1)[:, :hq]
    s = q @ k.transpose(-2, -1) / math.sqrt(d)
    if causal:
        s = s.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), float("-inf"))
    return s.softmax(-1) @ v
