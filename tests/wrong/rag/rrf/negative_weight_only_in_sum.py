def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0 or (top_n is not None and top_n < 1):
        raise ValueError("bad")
    weights = weights if weights is not None else [1.0] * len(rankings)
    if len(weights) != len(rankings) or sum(weights) < 0:
        raise ValueError("weights")
    scores = {}
    for ranking, w in zip(rankings, weights):
        first = {}
        for i, d in enumerate(ranking, 1):
            first.setdefault(d, i)
        for d, i in first.items():
            scores[d] = scores.get(d, 0.0) + w / (k + i)
    return sorted(scores.items(), key=lambda p: -p[1])[:top_n]
