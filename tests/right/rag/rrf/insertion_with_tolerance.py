def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0 or (top_n is not None and top_n < 1):
        raise ValueError
    if weights is not None and (len(weights) != len(rankings) or any(w < 0 for w in weights)):
        raise ValueError
    score = lambda d: sum(
        (1 if weights is None else weights[n]) / (k + 1 + r.index(d)) for n, r in enumerate(rankings) if d in r
    )
    out = []
    for r in rankings:
        for d in r:
            if all(d != e for e, _ in out):
                s = score(d)
                at = len(out)
                while at > 0 and out[at - 1][1] < s - 1e-13:
                    at -= 1
                out.insert(at, (d, s))
    if top_n is not None:
        del out[top_n:]
    return out
