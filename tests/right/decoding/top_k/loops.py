"""Row by row in plain Python."""


def top_k_filter(logits, k):
    if k < 1:
        raise ValueError("k")
    flat = logits.reshape(-1, logits.shape[-1]).clone()
    for i in range(flat.shape[0]):
        values = flat[i].tolist()
        border = sorted(values, reverse=True)[: min(k, len(values))][-1]
        for j, value in enumerate(values):
            if value < border:
                flat[i, j] = float("-inf")
    return flat.reshape(logits.shape)
