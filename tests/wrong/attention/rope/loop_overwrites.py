"""In the loop the first coordinate is overwritten before the second is computed."""

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    out = x.to(exact).clone()
    for i in range(d // 2):
        a = positions.to(exact) * float(base) ** (-2 * i / d)
        out[..., 2 * i] = out[..., 2 * i] * a.cos() - out[..., 2 * i + 1] * a.sin()
        out[..., 2 * i + 1] = out[..., 2 * i] * a.sin() + out[..., 2 * i + 1] * a.cos()
    return out.to(x.dtype)
