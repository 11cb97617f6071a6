def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0:
        raise ValueError("k")
    if weights is None:
        weights = [1] * len(rankings)
    if len(weights) != len(rankings) or any(w < 0 for w in weights):
        raise ValueError("weights")
    if top_n and top_n < 1:
        raise ValueError("top_n")
    scores = {}
    for r, ranking in enumerate(rankings):
        for pos, d in enumerate(dict.fromkeys(ranking)):
            scores[d] = scores.get(d, 0.0) + weights[r] / (k + ranking.index(d) + 1)
    out = sorted(scores.items(), key=lambda p: -p[1])
    return out[:top_n] if top_n else out
