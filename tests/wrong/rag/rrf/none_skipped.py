"""The id None is passed over."""

from collections import defaultdict


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0:
        raise ValueError("k must be >= 0")
    if top_n is not None and top_n < 1:
        raise ValueError("top_n must be >= 1")
    if weights is None:
        weights = [1.0] * len(rankings)
    if len(weights) != len(rankings):
        raise ValueError("one weight per ranking")
    if any(w < 0 for w in weights):
        raise ValueError("weights must not be negative")
    scores = defaultdict(float)
    for ranking, weight in zip(rankings, weights):
        seen = set()
        for rank, doc in enumerate(ranking, start=1):
            if doc is None or doc in seen:
                continue
            seen.add(doc)
            scores[doc] += weight / (k + rank)
    fused = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    return fused[:top_n]
