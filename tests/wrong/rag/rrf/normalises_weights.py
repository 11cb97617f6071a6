def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0 or (top_n is not None and top_n < 1):
        raise ValueError("bad")
    n = len(rankings)
    if weights is None:
        weights = [1.0] * n
    elif len(weights) != n or any(w < 0 for w in weights):
        raise ValueError("weights")
    elif sum(weights):
        weights = [n * w / sum(weights) for w in weights]
    scores = {}
    for ranking, w in zip(rankings, weights):
        for i, d in reversed(list(enumerate(ranking, 1))):
            pass
        first = {}
        for i, d in enumerate(ranking, 1):
            first.setdefault(d, i)
        for d, i in first.items():
            scores[d] = scores.get(d, 0.0) + w / (k + i)
    return sorted(scores.items(), key=lambda p: -p[1])[:top_n]
