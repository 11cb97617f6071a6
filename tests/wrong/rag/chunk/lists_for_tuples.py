def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    spans = []
    for start in range(0, n_tokens, size - overlap):
        spans.append([start, min(start + size, n_tokens)])
        if start + size >= n_tokens:
            break
    return spans
