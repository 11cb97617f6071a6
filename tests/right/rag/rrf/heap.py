"""heapq with the place of first appearance as the tie-breaker; every score in one sum."""
import heapq
from itertools import chain


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if k < 0:
        raise ValueError(k)
    if top_n is not None and top_n <= 0:
        raise ValueError(top_n)
    if weights is None:
        weights = (1.0,) * len(rankings)
    elif len(weights) != len(rankings) or min(weights, default=0) < 0:
        raise ValueError(weights)
    docs = dict.fromkeys(chain.from_iterable(rankings))

    def score(doc):
        return sum(w / (k + r.index(doc) + 1) for r, w in zip(rankings, weights) if doc in r)

    heap = [(-score(doc), place, doc) for place, doc in enumerate(docs)]
    heapq.heapify(heap)
    n = len(heap) if top_n is None else min(top_n, len(heap))
    return [(doc, -s) for s, _, doc in (heapq.heappop(heap) for _ in range(n))]
