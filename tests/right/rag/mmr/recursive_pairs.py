"""Recursion over the picks, normalised with F.normalize, sorted candidates instead of a maximum."""

import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k")
    if lam < 0 or 1 < lam:
        raise ValueError("lam")
    if candidates.shape[1] != query.shape[0]:
        raise ValueError("shape")
    rows = F.normalize(candidates, dim=1)
    near = (rows @ F.normalize(query, dim=0)).tolist()

    def grow(picks, most):
        left = sorted(set(range(len(near))) - set(picks))
        if not left or len(picks) == k:
            return picks
        if picks:
            score = {i: lam * near[i] - (1 - lam) * most[i] for i in left}
        else:
            score = {i: near[i] for i in left}
        best = sorted(left, key=lambda i: -score[i])[0]
        now = (rows @ rows[best]).tolist()
        return grow([*picks, best], now if most is None else [max(a, b) for a, b in zip(most, now)])

    return grow([], None)
