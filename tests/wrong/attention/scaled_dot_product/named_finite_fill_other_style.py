"""-1e9 through an added bias (the page's masked_row_uniform)."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.mT * q.shape[-1] ** -0.5
    if mask is not None:
        s = s + torch.where(mask, 0.0, max(-1e30, torch.finfo(s.dtype).min)).to(s.dtype)
    w = torch.exp(s - s.amax(-1, keepdim=True))
    return (w / w.sum(-1, keepdim=True)) @ v
