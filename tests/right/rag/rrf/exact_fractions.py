"""Exact sums, turned into floats at the end."""
from fractions import Fraction


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    ws = [Fraction(1)] * len(rankings) if weights is None else [Fraction(w) for w in weights]
    wrong = len(ws) != len(rankings) or k < 0 or any(w < 0 for w in ws)
    if wrong or (top_n is not None and top_n < 1):
        raise ValueError("wrong arguments")
    order, score = [], {}
    for r, ranking in enumerate(rankings):
        for i, doc in enumerate(ranking):
            if doc in ranking[:i]:
                continue
            if doc not in score:
                order.append(doc)
                score[doc] = Fraction(0)
            score[doc] += ws[r] / (k + i + 1)
    order.sort(key=lambda doc: score[doc], reverse=True)
    return [(doc, float(score[doc])) for doc in order[: top_n or len(order)]]
