"""An assert instead of a ValueError."""


def top_k_filter(logits, k):
    assert k >= 1
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < kth, float("-inf"))
