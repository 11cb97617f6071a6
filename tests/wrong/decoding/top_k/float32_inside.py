"""Compares in float32, so float64 neighbours count as ties."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    small = logits.float()
    kth = small.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(small < kth, float("-inf"))
