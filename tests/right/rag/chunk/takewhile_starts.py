from itertools import count, takewhile


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError
    step = size - overlap
    starts = takewhile(lambda s: s == 0 and n_tokens > 0 or s + overlap < n_tokens and s > 0, count(0, step))
    return [(s, min(s + size, n_tokens)) for s in starts]
