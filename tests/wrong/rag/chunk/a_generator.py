def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    for start in range(0, n_tokens, size - overlap):
        yield (start, min(start + size, n_tokens))
        if start + size >= n_tokens:
            return
