def _walk(n, size, step):
    start, end = 0, 0
    while end < n:
        end = start + size
        if end > n:
            end = n
        yield start, end
        start += step


def chunk_spans(n_tokens, size, overlap=0):
    if size < 1:
        raise ValueError(f"size={size}")
    if overlap < 0:
        raise ValueError(f"overlap={overlap}")
    if overlap >= size:
        raise ValueError(f"overlap={overlap} with size={size}")
    if n_tokens < 0:
        raise ValueError(f"n_tokens={n_tokens}")
    return list(_walk(n_tokens, size, size - overlap))
