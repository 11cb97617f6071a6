"""Positions are sorted first, as if tokens always came in order."""

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    positions = positions.sort().values
    a = positions.to(exact)[:, None] * base ** (-torch.arange(0, d, 2, dtype=exact) / d)
    c, s = a.cos(), a.sin()
    u, w = x[..., ::2].to(exact), x[..., 1::2].to(exact)
    return torch.stack([u * c - w * s, u * s + w * c], -1).flatten(-2).to(x.dtype)
