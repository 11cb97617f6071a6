import math


def chunk_spans(n_tokens: int, size: int, overlap: int = 0) -> list[tuple[int, int]]:
    if size <= 0:
        raise ValueError("size must be positive")
    if not 0 <= overlap < size:
        raise ValueError("overlap must be in [0, size)")
    if n_tokens < 0:
        raise ValueError("n_tokens must not be negative")
    step = size - overlap
    count = 0 if n_tokens == 0 else 1 + max(0, math.ceil((n_tokens - size) / step))
    return [(i * step, min(i * step + size, n_tokens)) for i in range(count)]
