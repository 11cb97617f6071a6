"""Lets membership in a range say whether the overlap is allowed; a size below 1 leaves it none."""


def chunk_spans(n_tokens, size, overlap=0):
    if overlap not in range(size) or n_tokens < 0:
        raise ValueError("want 0 <= overlap < size and n_tokens >= 0")
    spans: list = []
    while n_tokens and (not spans or spans[-1][1] < n_tokens):
        start = spans[-1][1] - overlap if spans else 0
        spans.append((start, min(n_tokens, start + size)))
    return spans
