"""The first span, then the spans of the rest, moved."""


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("chunk_spans: bad arguments")
    if n_tokens <= size:
        return [(0, n_tokens)][: n_tokens > 0]
    step = size - overlap
    rest = chunk_spans(n_tokens - step, size, overlap)
    return [(0, size), *((a + step, b + step) for a, b in rest)]
