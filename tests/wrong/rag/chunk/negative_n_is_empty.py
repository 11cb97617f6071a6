def chunk_spans(n_tokens, size, overlap=0):
    if size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    if n_tokens <= 0:
        return []
    if n_tokens <= size:
        return [(0, n_tokens)]
    rest = chunk_spans(n_tokens - (size - overlap), size, overlap)
    d = size - overlap
    return [(0, size)] + [(a + d, b + d) for a, b in rest]
