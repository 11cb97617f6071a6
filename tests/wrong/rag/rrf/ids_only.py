def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = [1.0] * len(rankings) if weights is None else list(weights)
    if len(weights) != len(rankings) or any(w < 0 for w in weights) or k < 0:
        raise ValueError("bad")
    if top_n is not None and top_n < 1:
        raise ValueError
    scores = {}
    for ranking, w in zip(rankings, weights):
        for d in dict.fromkeys(ranking):
            scores[d] = scores.get(d, 0.0) + w / (k + ranking.index(d) + 1)
    return sorted(scores, key=scores.get, reverse=True)[:top_n]
