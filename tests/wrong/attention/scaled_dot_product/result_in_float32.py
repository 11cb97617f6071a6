"""Upcasts half precision and forgets to cast back."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    if q.dtype in (torch.bfloat16, torch.float16):
        q, k, v = q.float(), k.float(), v.float()
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is None:
        return s.softmax(-1) @ v
    return s.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0) @ v
