"""A start belongs in the list when something new stands behind the overlap."""


class BadChunking(ValueError):
    pass


def chunk_spans(n_tokens, size, overlap=0):
    if min(n_tokens, overlap) < 0 or size < 1 or overlap >= size:
        raise BadChunking(n_tokens, size, overlap)
    if not n_tokens:
        return []
    starts = range(0, max(n_tokens - overlap, 1), size - overlap)
    ends = (min(start + size, n_tokens) for start in starts)
    return list(zip(starts, ends))
