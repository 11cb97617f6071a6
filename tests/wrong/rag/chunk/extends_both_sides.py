"""Parts of size grow by overlap on both sides."""

def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0:
        raise ValueError("n_tokens < 0")
    if size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("size/overlap")
    return [
        (max(0, s - overlap), min(s + size + overlap, n_tokens))
        for s in range(0, n_tokens, size)
    ]
