def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or not (0 <= overlap < size):
        raise ValueError
    spans = []
    start = 0
    # full windows first
    while start + size <= n_tokens:
        spans.append((start, start + size))
        start += size - overlap
    # then whatever is left
    if start < n_tokens:
        spans.append((start, n_tokens))
    return spans
