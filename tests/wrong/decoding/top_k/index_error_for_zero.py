"""k = 0 raises IndexError out of the work, not ValueError."""


def top_k_filter(logits, k):
    if k < 0:
        raise ValueError("k")
    V = logits.shape[-1]
    ordered = logits.sort(dim=-1, descending=True).values
    kth = ordered[..., list(range(V))[:k][-1]]
    return logits.masked_fill(logits < kth[..., None], float("-inf"))
