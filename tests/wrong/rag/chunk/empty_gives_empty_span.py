def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    spans = [(0, min(size, n_tokens))]
    while spans[-1][1] < n_tokens:
        start = spans[-1][0] + size - overlap
        spans.append((start, min(start + size, n_tokens)))
    return spans
