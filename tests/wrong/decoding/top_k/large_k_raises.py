"""Refuses a k larger than the vocabulary."""


def top_k_filter(logits, k):
    if k < 1 or k > logits.shape[-1]:
        raise ValueError("k out of range")
    kth = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < kth, float("-inf"))
