"""positions end at 131072"""

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2:
        raise ValueError("d must be even")
    kind = torch.promote_types(x.dtype, torch.float32)
    i = torch.arange(0, d, 2, device=x.device, dtype=kind)
    freq = base ** (-i / d)
    positions = positions.clamp(max=131071)
    angle = positions.to(kind)[:, None] * freq
    cos, sin = angle.cos(), angle.sin()
    u, w = x[..., 0::2].to(kind), x[..., 1::2].to(kind)
    y = torch.stack((u * cos - w * sin, u * sin + w * cos), dim=-1)
    return y.flatten(-2).to(x.dtype)
