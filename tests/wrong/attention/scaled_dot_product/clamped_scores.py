"""Clamps scores to keep the exponential finite, which changes large ones."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).clamp(-80, 80)
    w = torch.exp(s) if mask is None else torch.exp(s) * mask
    return w @ v / w.sum(-1, keepdim=True).clamp(min=1e-300)
