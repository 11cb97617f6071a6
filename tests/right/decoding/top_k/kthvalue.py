"""kthvalue in float64, writing into a new tensor."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError
    size = logits.shape[-1]
    k = size if k > size else k
    low = logits.to(torch.float64).kthvalue(size - k + 1, dim=-1, keepdim=True)[0]
    out = torch.full_like(logits, float("-inf"))
    keep = logits.to(torch.float64) >= low
    out[keep] = logits[keep]
    return out
