"""Cuts k down to V - 1."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    V = logits.shape[-1]
    k = max(1, min(k, V - 1))
    kth = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < kth, float("-inf"))
