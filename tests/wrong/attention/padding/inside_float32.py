"""Computes in float32 and converts back, which loses float64."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    dtype, q, k, v = q.dtype, q.float(), k.float(), v.float()
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    q, k, v = [torch.where(row, x, torch.zeros_like(x)) for x in (q, k, v)]
    seen = col & torch.ones(t, t).tril().bool() if causal else col
    s = (q @ k.mT) / math.sqrt(d)
    s = s.masked_fill(~seen, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    return torch.where(row, out, torch.zeros_like(out)).to(dtype)
