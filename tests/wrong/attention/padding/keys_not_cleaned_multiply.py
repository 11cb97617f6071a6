"""The mask is multiplied onto the scores' exponentials; NaN keys leak."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    q, k, v = [q, k, torch.where(row, v, torch.zeros_like(v))]
    seen = col & torch.ones(t, t).tril().bool() if causal else col
    s = (q @ k.mT) / math.sqrt(d)
    e = (s - s.amax(-1, keepdim=True)).exp() * seen
    out = e / e.sum(-1, keepdim=True).clamp(min=1e-30) @ v
    return torch.where(row, out, torch.zeros_like(out))
