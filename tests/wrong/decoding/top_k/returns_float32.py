"""Half precision comes back as float32."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    if logits.dtype in (torch.bfloat16, torch.float16):
        logits = logits.float()
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < kth, float("-inf"))
