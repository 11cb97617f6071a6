import operator


def chunk_spans(n_tokens, size, overlap=0):
    """Checks types as well."""
    n_tokens, size, overlap = map(operator.index, (n_tokens, size, overlap))
    if n_tokens < 0:
        raise ValueError(f"n_tokens must be 0 or more, got {n_tokens}")
    if size < 1:
        raise ValueError(f"size must be 1 or more, got {size}")
    if overlap not in range(size):
        raise ValueError(f"overlap must be in 0..{size - 1}, got {overlap}")
    spans = [(s, min(s + size, n_tokens)) for s in range(0, n_tokens, size - overlap)]
    while len(spans) > 1 and spans[-2][1] == n_tokens:
        del spans[-1]
    return spans
