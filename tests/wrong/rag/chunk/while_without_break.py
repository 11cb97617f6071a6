def chunk_spans(n_tokens, size, overlap=0):
    """The classic endless loop: the next start is end - overlap, also after the last end."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    spans, start = [], 0
    while start < n_tokens:
        end = min(start + size, n_tokens)
        spans.append((start, end))
        start = end - overlap
    return spans
