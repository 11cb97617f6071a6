import math


def chunk_spans(n_tokens, size, overlap=0):
    """As few chunks as needed, of about the same length each."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    if n_tokens == 0:
        return []
    step = size - overlap
    k = max(1, math.ceil((n_tokens - overlap) / step))
    even = math.ceil((n_tokens - overlap) / k)
    return [(i * even, min(i * even + even + overlap, n_tokens)) for i in range(k)]
