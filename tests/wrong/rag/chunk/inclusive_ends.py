def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0:
        raise ValueError(n_tokens)
    if size < 1:
        raise ValueError(size)
    if overlap < 0 or overlap >= size:
        raise ValueError(overlap)
    spans = []
    start = 0
    while start < n_tokens:
        end = min(start + size - 1, n_tokens - 1)
        spans.append((start, end))
        if end == n_tokens - 1:
            break
        start += size - overlap
    return spans
