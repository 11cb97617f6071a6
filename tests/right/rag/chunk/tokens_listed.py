"""By the tokens themselves: windows of a list of positions, inner ones thrown out."""
from itertools import takewhile


def chunk_spans(n_tokens, size, overlap=0):
    if n_tokens < 0 or size < 1 or overlap < 0 or overlap >= size:
        raise ValueError("bad arguments")
    positions = list(range(n_tokens))
    windows = [positions[i : i + size] for i in positions[:: size - overlap]]
    kept = []
    for window in windows:
        if kept and window[-1] <= kept[-1][-1]:
            continue
        kept.append(window)
    return [(w[0], w[-1] + 1) for w in takewhile(bool, kept)]
