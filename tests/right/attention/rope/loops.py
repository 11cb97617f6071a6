"""One token and one pair at a time, angles as Python floats."""

import math

import torch


def apply_rope(x, positions, base=10000.0):
    d = x.size(-1)
    if d % 2 == 1:
        raise ValueError(f"odd width {d}")
    out = torch.zeros_like(x)
    for t, p in enumerate(positions.tolist()):
        for i in range(d // 2):
            a = p * base ** (-2 * i / d)
            u, w = x[..., t, 2 * i], x[..., t, 2 * i + 1]
            out[..., t, 2 * i] = u * math.cos(a) - w * math.sin(a)
            out[..., t, 2 * i + 1] = u * math.sin(a) + w * math.cos(a)
    return out
