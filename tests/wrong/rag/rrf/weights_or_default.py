from collections import defaultdict


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = weights or [1.0] * len(rankings)      # [] is taken for None
    if len(weights) != len(rankings) or k < 0 or any(w < 0 for w in weights):
        raise ValueError
    if top_n is not None and top_n < 1:
        raise ValueError
    scores = defaultdict(float)
    for ranking, w in zip(rankings, weights):
        seen = set()
        for rank, doc in enumerate(ranking, start=1):
            if doc not in seen:
                seen.add(doc)
                scores[doc] += w / (k + rank)
    return sorted(scores.items(), key=lambda item: item[1], reverse=True)[:top_n]
