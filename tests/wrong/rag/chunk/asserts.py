def chunk_spans(n_tokens, size, overlap=0):
    assert n_tokens >= 0
    assert size >= 1
    assert 0 <= overlap < size
    spans = []
    start = 0
    while not spans or spans[-1][1] != n_tokens:
        if n_tokens == 0:
            break
        spans.append((start, min(start + size, n_tokens)))
        start += size - overlap
    return spans
