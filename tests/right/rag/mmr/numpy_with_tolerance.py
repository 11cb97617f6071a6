import numpy as np


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k must be >= 1")
    if lam < 0.0 or lam > 1.0:
        raise ValueError("lam must be in [0, 1]")
    q = query.detach().cpu().numpy().astype(np.float64)
    c = candidates.detach().cpu().numpy().astype(np.float64)
    if q.shape[0] != c.shape[1]:
        raise ValueError("dims")

    def unit(x):
        n = np.linalg.norm(x, axis=-1, keepdims=True)
        return np.divide(x, n, out=np.zeros_like(x), where=n > 0)

    q, c = unit(q), unit(c)
    rel = c @ q
    alive = np.ones(len(c), dtype=bool)
    worst = np.full(len(c), -np.inf)
    order = []
    for step in range(min(k, len(c))):
        score = rel.copy() if step == 0 else lam * rel - (1 - lam) * worst
        score = np.where(alive, score, -np.inf)
        best = int(np.flatnonzero(score >= score.max() - 1e-9)[0])
        order.append(best)
        alive[best] = False
        worst = np.maximum(worst, c @ c[best])
    return order
