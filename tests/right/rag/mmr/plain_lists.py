"""Lists and floats only; a dict of the rows that are left with their largest similarity so far."""

from math import fsum, sqrt


def _cos(a, b):
    na, nb = sqrt(fsum(x * x for x in a)), sqrt(fsum(x * x for x in b))
    if na == 0 or nb == 0:
        return 0.0
    return fsum(x * y for x, y in zip(a, b)) / (na * nb)


def mmr(query, candidates, k, lam=0.5):
    if not (0 <= lam <= 1):
        raise ValueError("lam")
    if k <= 0:
        raise ValueError("k")
    if query.numel() != candidates.size(1):
        raise ValueError("width")
    q = query.tolist()
    left = {i: (row, _cos(q, row), None) for i, row in enumerate(candidates.tolist())}
    order = []
    while left and len(order) < k:
        best, best_score = None, None
        for i, (row, near, most) in left.items():
            score = near if most is None else lam * near - (1 - lam) * most
            if best_score is None or score > best_score:
                best, best_score = i, score
        picked, _, _ = left.pop(best)
        order.append(best)
        for i, (row, near, most) in left.items():
            s = _cos(row, picked)
            left[i] = (row, near, s if most is None else max(most, s))
    return order
