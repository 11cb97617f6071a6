"""Opens rows without keys in the caller's mask."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is None:
        return s.softmax(-1) @ v
    dead = ~mask.any(-1, keepdim=True)
    if mask.shape[-1] > 1 and dead.any():
        mask |= dead
    out = s.masked_fill(~mask, float("-inf")).softmax(-1).nan_to_num(0) @ v
    return out.masked_fill(dead, 0.0)
