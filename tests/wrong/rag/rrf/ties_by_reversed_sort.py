def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    """Sorts ascending and turns the list round, ties too."""
    weights = [1.0] * len(rankings) if weights is None else weights
    if len(weights) != len(rankings) or any(w < 0 for w in weights) or k < 0:
        raise ValueError
    if top_n is not None and top_n < 1:
        raise ValueError
    scores = {}
    for ranking, w in zip(rankings, weights):
        done = []
        for i, d in enumerate(ranking):
            if d in done:
                continue
            done.append(d)
            scores[d] = scores.get(d, 0.0) + w / (k + i + 1)
    out = list(reversed(sorted(scores.items(), key=lambda p: p[1])))
    return out if top_n is None else out[:top_n]
