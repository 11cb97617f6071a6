"""Takes the threshold along axis 1 whatever the number of axes."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    if k >= logits.shape[-1]:
        return logits
    x = logits if logits.dim() > 1 else logits[None]
    threshold = x.sort(dim=1, descending=True).values.select(1, min(k, x.shape[1]) - 1).unsqueeze(1)
    return x.masked_fill(x < threshold, float("-inf")).reshape(logits.shape)
