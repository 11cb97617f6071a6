def chunk_spans(n_tokens, size, overlap=0):
    """Laid from the end, so the short one comes first."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    spans = []
    end = n_tokens
    while end > 0:
        start = max(0, end - size)
        spans.insert(0, (start, end))
        if start == 0:
            break
        end -= size - overlap
    return spans
