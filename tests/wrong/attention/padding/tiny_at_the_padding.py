"""output of padded queries tiny but not zero: multiplied, so NaN... -0.0/eps weights"""

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
    return torch.where(token, weights @ v, 1e-9)
