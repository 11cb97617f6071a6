import torch


def apply_rope(x, positions, base=10000.0):
    """sloppy: writes into an empty tensor, exp/log frequencies in float64"""
    d = x.shape[-1]
    if d // 2 * 2 != d:
        raise ValueError(f"odd d: {d}")
    import math

    out = torch.empty_like(x)
    for i in range(d // 2):
        a = positions.double() * math.exp(-2 * i / d * math.log(base))
        c, s = a.cos(), a.sin()
        out[..., 2 * i] = (x[..., 2 * i] * c - x[..., 2 * i + 1] * s).to(x.dtype)
        out[..., 2 * i + 1] = (x[..., 2 * i] * s + x[..., 2 * i + 1] * c).to(x.dtype)
    return out
