from typing import NamedTuple


class Span(NamedTuple):
    start: int
    end: int


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError
    spans = []
    for start in range(0, n_tokens, size - overlap):
        spans.append(Span(start, min(start + size, n_tokens)))
        if spans[-1].end == n_tokens:
            break
    return spans
