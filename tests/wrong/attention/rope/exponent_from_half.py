"""The exponent is -i / (d/2 - 1): the last pair reaches 1/base exactly."""

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    n = max(d // 2 - 1, 1)
    a = positions.to(exact)[:, None] * base ** (-torch.arange(d // 2, dtype=exact) / n)
    c, s = a.cos(), a.sin()
    u, w = x[..., ::2].to(exact), x[..., 1::2].to(exact)
    return torch.stack([u * c - w * s, u * s + w * c], -1).flatten(-2).to(x.dtype)
