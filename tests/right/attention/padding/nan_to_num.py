"""Minus infinity, and the NaN of empty rows removed after the softmax."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t = k.size(-2)
    for n in lengths:
        if not 0 <= n <= t:
            raise ValueError(n)
    keep = torch.arange(t)[None, :].lt(lengths[:, None])
    v = v.masked_fill(~keep[:, None, :, None], 0)
    k = k.masked_fill(~keep[:, None, :, None], 0)
    q = q.masked_fill(~keep[:, None, :, None], 0)
    allowed = keep[:, None, :, None] & keep[:, None, None, :]
    if causal:
        allowed = allowed & torch.tril(torch.ones(t, t)).bool()
    att = (q @ k.transpose(2, 3)) / math.sqrt(q.size(-1))
    att = att.masked_fill(~allowed, -math.inf)
    att = torch.nan_to_num(torch.softmax(att, dim=-1), nan=0.0)
    return att @ v
