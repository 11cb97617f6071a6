import math


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap > size:
        raise ValueError("invalid")
    step = max(1, size - overlap)
    if n_tokens == 0:
        return []
    count = 1 if n_tokens <= size else math.ceil((n_tokens - size) / step) + 1
    return [(i * step, min(i * step + size, n_tokens)) for i in range(count)]
