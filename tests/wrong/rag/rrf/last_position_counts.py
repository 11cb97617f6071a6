def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = [1.0] * len(rankings) if weights is None else list(weights)
    if len(weights) != len(rankings) or any(w < 0 for w in weights) or k < 0:
        raise ValueError
    if top_n is not None and top_n < 1:
        raise ValueError
    ranks = [{d: i for i, d in enumerate(ranking, 1)} for ranking in rankings]
    docs = list(dict.fromkeys(d for ranking in rankings for d in ranking))
    scores = [(d, sum(w / (k + r[d]) for r, w in zip(ranks, weights) if d in r)) for d in docs]
    return sorted(scores, key=lambda p: -p[1])[:top_n]
