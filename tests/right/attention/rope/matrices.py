"""A 2 x 2 rotation matrix for every token and pair, looked up in a table of all positions."""

import torch


class Table:
    def __init__(self, d, length, base, dtype):
        pair = torch.arange(d // 2, dtype=dtype)
        angle = torch.arange(length, dtype=dtype).unsqueeze(1) * torch.pow(base, -2 * pair / d)
        cos, sin = torch.cos(angle), torch.sin(angle)
        self.m = torch.stack([torch.stack([cos, -sin], -1), torch.stack([sin, cos], -1)], -2)


def apply_rope(x, positions, base=10000.0):
    *lead, t, d = x.shape
    if d & 1:
        raise ValueError
    dtype = torch.float64 if x.dtype is torch.float64 else torch.float32
    matrices = Table(d, int(positions.max()) + 1, base, dtype).m[positions]
    pairs = x.to(dtype).reshape(*lead, t, d // 2, 2)
    return torch.einsum("tiab,...tib->...tia", matrices, pairs).reshape(x.shape).to(x.dtype)
