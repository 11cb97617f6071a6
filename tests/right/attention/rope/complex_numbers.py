"""Pairs as complex numbers, multiplied by e^(ia)."""

import torch


def apply_rope(x, positions, base=10000.0):
    if x.shape[-1] % 2:
        raise ValueError("d must be even")
    work = x if x.dtype == torch.float64 else x.float()
    d = x.shape[-1]
    freqs = 1.0 / (base ** (torch.arange(0, d, 2, dtype=work.dtype) / d))
    angles = torch.outer(positions.to(work.dtype), freqs)
    turns = torch.polar(torch.ones_like(angles), angles)
    z = torch.view_as_complex(work.reshape(*work.shape[:-1], -1, 2))
    return torch.view_as_real(z * turns).flatten(-2).type_as(x)
