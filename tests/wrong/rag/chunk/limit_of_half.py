"""An overlap of more than half the size is refused."""

def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1:
        raise ValueError("bad size")
    if overlap < 0 or overlap > size // 2:
        raise ValueError("an overlap of more than half the size makes no sense")
    spans, start = [], 0
    while start < n_tokens:
        end = min(start + size, n_tokens)
        spans.append((start, end))
        if end == n_tokens:
            break
        start = end - overlap
    return spans
