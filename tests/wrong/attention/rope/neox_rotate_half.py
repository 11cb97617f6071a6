"""The rotate_half of GPT-NeoX and Llama checkpoints in transformers."""

import torch


def rotate_half(x):
    a, b = x.chunk(2, dim=-1)
    return torch.cat((-b, a), dim=-1)


def apply_rope(x, positions, base=10000.0):
    if x.shape[-1] % 2:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    inv = 1 / base ** (torch.arange(0, x.shape[-1], 2, dtype=exact) / x.shape[-1])
    freqs = torch.outer(positions.to(exact), inv)
    emb = torch.cat([freqs, freqs], -1)
    y = x.to(exact)
    return (y * emb.cos() + rotate_half(y) * emb.sin()).to(x.dtype)
