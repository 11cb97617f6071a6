"""zeros written behind the back of autograd: v gets a gradient through empty rows"""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.mT / k.shape[-1] ** 0.5
    if mask is None:
        return s.softmax(-1) @ v
    s = s.masked_fill(~mask, torch.finfo(s.dtype).min)
    out = s.softmax(-1) @ v
    dead = ~mask.any(-1, keepdim=True)
    out.data.masked_fill_(dead, 0)
    return out
