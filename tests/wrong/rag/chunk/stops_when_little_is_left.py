def chunk_spans(n_tokens, size, overlap=0):
    """Leaves a rest of a single token out: not worth a chunk."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    out = []
    start = end = 0
    while end < n_tokens:
        if out and n_tokens - end <= 1 and size > 1:
            break
        end = min(start + size, n_tokens)
        out.append((start, end))
        start += size - overlap
    return out
