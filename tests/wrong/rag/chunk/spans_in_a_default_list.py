"""The list of spans is a default value and grows from call to call."""

def chunk_spans(n_tokens, size, overlap=0, spans=[]):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("bad arguments")
    start = 0
    while start < n_tokens:
        end = min(start + size, n_tokens)
        spans.append((start, end))
        if end == n_tokens:
            break
        start += size - overlap
    return spans
