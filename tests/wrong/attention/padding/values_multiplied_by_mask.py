"""Values are cleaned by multiplication: 0 * NaN."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    q, k, v = [x * row for x in (q, k, v)]
    seen = col & torch.ones(t, t).tril().bool() if causal else col
    s = (q @ k.mT) / math.sqrt(d)
    s = s.masked_fill(~seen, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    return torch.where(row, out, torch.zeros_like(out))
