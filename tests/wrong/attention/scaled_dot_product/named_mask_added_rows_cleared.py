"""catalogue: mask_added_as_float"""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.mT / k.shape[-1] ** 0.5
    if mask is not None:
        s = s + mask.to(s.dtype)
        s = torch.where(mask.any(-1, keepdim=True), s, -torch.inf)
        dead = ~mask.any(-1, keepdim=True)
        return s.masked_fill(dead, 0).softmax(-1).masked_fill(dead, 0) @ v
    return s.softmax(-1) @ v
