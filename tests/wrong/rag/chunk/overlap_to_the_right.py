def chunk_spans(n_tokens, size, overlap=0):
    """Cuts into parts of `size`, each then grows by `overlap` tokens of the next."""
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("invalid")
    return [(s, min(s + size + overlap, n_tokens)) for s in range(0, n_tokens, size)]
