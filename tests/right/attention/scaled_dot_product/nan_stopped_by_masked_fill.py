"""value right, gradients of fully masked rows NaN (nan_to_num after softmax)"""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.mT / k.shape[-1] ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, float("-inf"))
    return torch.nan_to_num(s.softmax(-1), 0.0) @ v
