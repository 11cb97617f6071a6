"""With causal=True the queries are aligned with the end of the real tokens."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    q, k, v = [torch.where(row, x, torch.zeros_like(x)) for x in (q, k, v)]
    seen = (
        col
        & (
            torch.arange(t)[None, None, None]
            <= torch.arange(t)[None, None, :, None] + (t - lengths)[:, None, None, None]
        )
        if causal
        else col
    )
    s = (q @ k.mT) / math.sqrt(d)
    s = s.masked_fill(~seen, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    return torch.where(row, out, torch.zeros_like(out))
