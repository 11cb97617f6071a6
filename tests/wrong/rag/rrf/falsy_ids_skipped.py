def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = [1.0] * len(rankings) if weights is None else list(weights)
    if len(weights) != len(rankings) or any(w < 0 for w in weights) or k < 0:
        raise ValueError("bad")
    if top_n is not None and top_n < 1:
        raise ValueError
    scores = {}
    for ranking, w in zip(rankings, weights):
        seen = set()
        for i, d in enumerate(ranking, 1):
            if not d or d in seen:
                continue
            seen.add(d)
            scores[d] = scores.get(d, 0.0) + w / (k + i)
    return sorted(scores.items(), key=lambda p: -p[1])[:top_n]
