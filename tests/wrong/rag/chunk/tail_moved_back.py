from typing import List, Tuple


def chunk_spans(n_tokens: int, size: int, overlap: int = 0) -> List[Tuple[int, int]]:
    """Every chunk has full size: the last one is pulled back to the end."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("bad arguments")
    if n_tokens == 0:
        return []
    if n_tokens <= size:
        return [(0, n_tokens)]
    out = []
    start = 0
    while start + size < n_tokens:
        out.append((start, start + size))
        start += size - overlap
    out.append((n_tokens - size, n_tokens))
    return out
