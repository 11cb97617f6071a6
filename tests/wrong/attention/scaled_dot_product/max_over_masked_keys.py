"""The maximum that is subtracted is taken over masked keys too, so visible weights underflow."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.mT / q.shape[-1] ** 0.5
    w = torch.exp(s - s.amax(-1, keepdim=True))
    if mask is not None:
        w = w * mask
    total = w.sum(-1, keepdim=True)
    return w @ v / torch.where(total == 0, 1, total)
