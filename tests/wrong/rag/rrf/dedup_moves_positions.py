def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if weights is None:
        weights = [1.0 for _ in rankings]
    if len(weights) != len(rankings) or min(weights, default=0) < 0 or k < 0:
        raise ValueError
    if top_n is not None and top_n <= 0:
        raise ValueError
    fused = {}
    for w, ranking in zip(weights, rankings):
        for rank, d in enumerate(dict.fromkeys(ranking), 1):
            fused[d] = fused.get(d, 0) + w / (k + rank)
    return sorted(fused.items(), key=lambda t: t[1], reverse=True)[:top_n]
