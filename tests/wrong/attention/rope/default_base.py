"""The default base is 1000."""

import torch


def apply_rope(x, positions, base=1000.0):
    d = x.shape[-1]
    if d % 2:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    a = positions.to(exact)[:, None] * base ** (-torch.arange(0, d, 2, dtype=exact) / d)
    u, w = x[..., ::2].to(exact), x[..., 1::2].to(exact)
    turned = [u * a.cos() - w * a.sin(), u * a.sin() + w * a.cos()]
    return torch.stack(turned, -1).flatten(-2).to(x.dtype)
