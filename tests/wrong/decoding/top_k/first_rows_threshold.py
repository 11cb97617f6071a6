"""Uses the threshold of the first row for all rows."""

import torch


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    k = min(k, logits.shape[-1])
    threshold = torch.topk(logits, k, dim=-1).values.reshape(-1, k)[0, -1]
    return torch.where(logits < threshold, -torch.inf, logits)
