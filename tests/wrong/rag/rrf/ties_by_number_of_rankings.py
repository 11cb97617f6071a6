"""Ties go to the document that more rankings hold."""

def _check(rankings, k, weights, top_n):
    if k < 0:
        raise ValueError(f"k is {k}")
    if top_n is not None and top_n < 1:
        raise ValueError(f"top_n is {top_n}")
    if weights is not None:
        if len(weights) != len(rankings):
            raise ValueError(f"{len(weights)} weights for {len(rankings)} rankings")
        if min(weights, default=0) < 0:
            raise ValueError("negative weight")


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    """Fuses rankings by the sum of w / (k + rank)."""
    _check(rankings, k, weights, top_n)
    order = []
    for ranking in rankings:
        for doc in ranking:
            if doc not in order:
                order.append(doc)
    result = []
    for doc in order:
        total = 0.0
        for r, ranking in enumerate(rankings):
            if doc in ranking:
                rank = ranking.index(doc) + 1
                weight = 1 if weights is None else weights[r]
                total += weight / (k + rank)
        result.append((doc, total))
    result.sort(key=lambda pair: (-pair[1], -sum(pair[0] in r for r in rankings)))
    return result if top_n is None else result[:top_n]
