"""Streams over the keys with a running maximum, sum and output."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    scale = 1 / q.shape[-1] ** 0.5
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    low = torch.finfo(q.dtype).min
    top = torch.full((*lead, q.shape[-2], 1), low, dtype=q.dtype)
    total = torch.zeros_like(top)
    out = torch.zeros(*lead, q.shape[-2], v.shape[-1], dtype=v.dtype)
    for j in range(k.shape[-2]):
        s = (q * k[..., j : j + 1, :]).sum(-1, keepdim=True) * scale
        if mask is None:
            seen = torch.ones(1, dtype=torch.bool)
        else:
            seen = mask.expand(*mask.shape[:-1], k.shape[-2])[..., j : j + 1]
        new = torch.where(seen, torch.maximum(top, s.detach()), top)
        shrink = torch.exp(top - new)
        w = torch.where(seen, torch.exp(torch.where(seen, s - new, 0)), 0)
        total = total * shrink + w
        out = out * shrink + w * v[..., j : j + 1, :]
        top = new
    return out / torch.where(total == 0, 1, total)
