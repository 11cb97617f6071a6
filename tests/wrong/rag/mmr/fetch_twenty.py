"""Looks at the twenty most relevant rows only."""

import torch
import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5, fetch_k=20):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    c = F.normalize(candidates, dim=1)
    rel = c @ F.normalize(query, dim=0)
    pool = sorted(range(len(c)), key=lambda i: -rel[i].item())[:fetch_k]
    picks = []
    while pool and len(picks) < k:
        if not picks:
            best = min(pool, key=lambda i: (-rel[i].item(), i))
        else:
            most = (c @ c[picks].T).amax(1)
            best = min(pool, key=lambda i: (-(lam * rel[i] - (1 - lam) * most[i]).item(), i))
        pool.remove(best)
        picks.append(best)
    return picks
