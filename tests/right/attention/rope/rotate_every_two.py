"""x cos + rotate_every_two(x) sin, with cosines cast down to x's dtype; float64 angles always."""

import torch


def rotate_every_two(x):
    pairs = x.unflatten(-1, (-1, 2))
    return torch.stack((-pairs[..., 1], pairs[..., 0]), dim=-1).flatten(-2)


def apply_rope(x: torch.Tensor, positions: torch.Tensor, base: float = 10000.0):
    dim = x.shape[-1]
    if dim % 2 != 0:
        raise ValueError("rope needs an even width")
    inv_freq = torch.exp(
        -torch.arange(0, dim, 2).double() / dim * torch.log(torch.tensor(float(base)).double())
    )
    table = torch.einsum("t,i->ti", positions.double(), inv_freq).repeat_interleave(2, dim=-1)
    return x * table.cos().to(x.dtype) + rotate_every_two(x) * table.sin().to(x.dtype)
