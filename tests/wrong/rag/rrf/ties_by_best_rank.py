def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = [1.0] * len(rankings) if weights is None else weights
    if len(weights) != len(rankings) or any(w < 0 for w in weights) or k < 0:
        raise ValueError
    if top_n is not None and top_n < 1:
        raise ValueError
    scores, best = {}, {}
    for ranking, w in zip(rankings, weights):
        ranks = {}
        for i, d in enumerate(ranking, 1):
            ranks.setdefault(d, i)
        for d, i in ranks.items():
            scores[d] = scores.get(d, 0.0) + w / (k + i)
            best[d] = min(best.get(d, i), i)
    return sorted(scores.items(), key=lambda p: (-p[1], best[p[0]]))[:top_n]
