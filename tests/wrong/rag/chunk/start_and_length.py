def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    spans = []
    pos = 0
    while pos < n_tokens:
        length = min(size, n_tokens - pos)
        spans.append((pos, length))
        if pos + length >= n_tokens:
            break
        pos += size - overlap
    return spans
