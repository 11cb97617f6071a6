"""Starts up to n - overlap: no double tail, but a text of at most `overlap` tokens gets no span."""


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0:
        raise ValueError("n_tokens")
    if size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("size/overlap")
    step = size - overlap
    return [(s, min(s + size, n_tokens)) for s in range(0, n_tokens - overlap, step)]
