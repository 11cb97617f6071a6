def chunk_spans(n_tokens, size, overlap=1):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    out = []
    start = end = 0
    while end < n_tokens:
        end = min(start + size, n_tokens)
        out.append((start, end))
        start += size - overlap
    return out
