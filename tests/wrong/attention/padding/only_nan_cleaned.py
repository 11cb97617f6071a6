"""nan_to_num cleans NaN but turns inf into the largest number, in v."""

import math

import torch


def padded_attention(q, k, v, lengths, causal=False):
    t, d = q.shape[-2:]
    if bool((lengths < 0).any() or (lengths > t).any()):
        raise ValueError("lengths")
    real = torch.arange(t)[None] < lengths[:, None]
    row, col = real[:, None, :, None], real[:, None, None, :]
    q, k, v = [x.nan_to_num(0.0) for x in (q, k, v)]
    seen = col & torch.ones(t, t).tril().bool() if causal else col
    s = (q @ k.mT) / math.sqrt(d)
    s = s.masked_fill(~seen, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    return out * row
