"""A row of length 0 has NaN gradients: minus infinity everywhere and where only after it."""

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
    s = s + torch.zeros_like(s).masked_fill(~seen, -math.inf)
    out = s.softmax(-1) @ v
    return torch.where(row, out, torch.zeros_like(out))
