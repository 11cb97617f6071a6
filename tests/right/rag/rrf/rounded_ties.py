def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    """Sorts by score in picounits, so rounding cannot part a tie."""
    if weights is None:
        weights = [1.0] * len(rankings)
    bad = [k < 0, len(weights) != len(rankings), any(w < 0 for w in weights)]
    if any(bad) or not (top_n is None or top_n >= 1):
        raise ValueError(bad)
    scores, place = {}, {}
    for r in range(len(rankings)):
        for i in range(len(rankings[r])):
            doc = rankings[r][i]
            place.setdefault(doc, (r, i))
            if rankings[r].index(doc) == i:
                scores[doc] = scores.get(doc, 0.0) + weights[r] / (k + i + 1)
    out = list(scores.items())
    out.sort(key=lambda p: place[p[0]])
    out.sort(key=lambda p: -round(p[1] * 10**12))
    return out if top_n is None else out[:top_n]
