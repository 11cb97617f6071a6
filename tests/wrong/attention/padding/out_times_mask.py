"""The padded rows are multiplied by zero; a NaN query makes NaN."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    v = torch.where(row, v, torch.zeros_like(v))
    seen = col & torch.ones(t, t).tril().bool() if causal else col
    s = (q @ k.mT) / math.sqrt(d)
    s = s.masked_fill(~seen, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    return out * row
