"""Treats nearly equal logits as ties."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < kth - 1e-9, float("-inf"))
