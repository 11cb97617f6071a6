import copy
import math


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    rankings = [list(r) for r in rankings]
    if isinstance(k, bool) or math.isnan(k) or k < 0:
        raise ValueError("k must be a number, 0 or more")
    if top_n is not None and (not isinstance(top_n, int) or top_n < 1):
        raise ValueError("top_n must be None or a positive int")
    weights = [1] * len(rankings) if weights is None else copy.copy(list(weights))
    if len(weights) != len(rankings):
        raise ValueError("weights and rankings must have the same length")
    for w in weights:
        if not math.isfinite(w) or w < 0:
            raise ValueError("weights must be finite and not negative")

    def go(rest, scores):
        if not rest:
            return scores
        (ranking, w), *rest = rest
        once = {}
        for rank, doc in reversed(list(enumerate(ranking, 1))):
            once[doc] = rank
        for doc in ranking:
            if doc in once:
                scores[doc] = scores.get(doc, 0) + w / (k + once.pop(doc))
        return go(rest, scores)

    pairs = list(go(list(zip(rankings, weights)), {}).items())
    pairs.sort(key=lambda p: p[1], reverse=True)
    return pairs[: len(pairs) if top_n is None else min(top_n, len(pairs))]
