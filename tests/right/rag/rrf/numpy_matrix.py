import numpy as np


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    weights = np.ones(len(rankings)) if weights is None else np.asarray(weights, dtype=float)
    if weights.shape != (len(rankings),) or (weights < 0).any() or k < 0:
        raise ValueError("weights or k")
    if top_n is not None and top_n < 1:
        raise ValueError("top_n")
    column = {}
    for ranking in rankings:
        for doc in ranking:
            column.setdefault(doc, len(column))
    parts = np.zeros((len(rankings), len(column)))
    for r, ranking in enumerate(rankings):
        for rank in range(len(ranking), 0, -1):  # backwards: the first position is written last
            parts[r, column[ranking[rank - 1]]] = weights[r] / (k + rank)
    total = parts.sum(axis=0)
    docs = list(column)
    best = np.argsort(-total, kind="stable")[:top_n]
    return [(docs[j], total[j]) for j in best]
