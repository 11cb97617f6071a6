"""All pairs in nested loops beforehand."""

import math


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")

    def cos(a, b):
        n = math.hypot(*a) * math.hypot(*b)
        return sum(x * y for x, y in zip(a, b)) / n if n else 0.0

    rows, q = candidates.tolist(), query.tolist()
    table = {(i, j): cos(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows)}
    picks = []
    while len(picks) < min(k, len(rows)):
        rest = [i for i in range(len(rows)) if i not in picks]
        if not picks:
            best = max(rest, key=lambda i: cos(q, rows[i]))
        else:
            best = max(rest, key=lambda i: lam * cos(q, rows[i]) - (1 - lam) * max(table[i, j] for j in picks))
        picks.append(best)
    return picks
