"""A text no longer than the overlap is refused."""

def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("bad arguments")
    if n_tokens and overlap >= n_tokens:
        raise ValueError("overlap must be smaller than the document")
    spans, start = [], 0
    while start < n_tokens:
        end = min(start + size, n_tokens)
        spans.append((start, end))
        if end == n_tokens:
            break
        start += size - overlap
    return spans
