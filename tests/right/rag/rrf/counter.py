from collections import Counter


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if weights is None:
        weights = [1] * len(rankings)
    if len(weights) != len(rankings):
        raise ValueError("one weight per ranking")
    if k < 0 or any(w < 0 for w in weights):
        raise ValueError("k and the weights must not be negative")
    if top_n is not None and top_n < 1:
        raise ValueError("top_n")
    scores = Counter()
    for ranking, weight in zip(rankings, weights):
        first = {}
        for rank, doc in enumerate(ranking, start=1):
            first.setdefault(doc, rank)
        for doc, rank in first.items():
            scores[doc] += weight / (k + rank)
    return scores.most_common(top_n)
