"""Handles the mask that hides everything, not single rows."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        if not mask.any():
            return torch.zeros_like(s @ v)
        s = torch.where(mask, s, -torch.inf)
    return s.softmax(-1) @ v
