import math


def _cos(a, b):
    na = math.sqrt(sum(x * x for x in a))
    nb = math.sqrt(sum(x * x for x in b))
    if na == 0 or nb == 0:
        return 0.0
    return sum(x * y for x, y in zip(a, b)) / (na * nb)


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k < 1")
    lam = lam or 0.5
    if lam < 0 or lam > 1:
        raise ValueError("lam outside 0..1")
    if query.shape[0] != candidates.shape[1]:
        raise ValueError("dimension mismatch")
    q = query.tolist()
    rows = candidates.tolist()
    rel = [_cos(q, row) for row in rows]
    red = [None] * len(rows)
    left = list(range(len(rows)))
    chosen = []
    while left and len(chosen) < k:
        best = None
        best_score = None
        for i in left:
            if not chosen:
                s = rel[i]
            else:
                s = lam * rel[i] - (1 - lam) * red[i]
            if best is None or s > best_score + 1e-9:
                best, best_score = i, s
        chosen.append(best)
        left.remove(best)
        for i in left:
            sim = _cos(rows[i], rows[best])
            red[i] = sim if red[i] is None else max(red[i], sim)
    return chosen
