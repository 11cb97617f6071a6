"""Drops the tie rule where the k-th largest is -inf by counting finite logits only (off by one)."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    k = min(k, logits.shape[-1], max(1, int(logits.isfinite().sum(-1).min()) - 1))
    kth = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < kth, float("-inf"))
