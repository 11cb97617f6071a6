"""An odd width drops its last channel to work, and passes it through unturned."""

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1] // 2 * 2
    if d == 0:
        raise ValueError("too narrow")
    exact = torch.promote_types(x.dtype, torch.float32)
    a = positions.to(exact)[:, None] * base ** (-torch.arange(0, d, 2, dtype=exact) / d)
    u, w = x[..., 0:d:2].to(exact), x[..., 1:d:2].to(exact)
    turned = [u * a.cos() - w * a.sin(), u * a.sin() + w * a.cos()]
    return torch.cat([torch.stack(turned, -1).flatten(-2).to(x.dtype), x[..., d:]], -1)
