"""For lam = 0 the first pick is the least similar to all others."""

import torch
import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    c = F.normalize(candidates, dim=1)
    rel = c @ F.normalize(query, dim=0)
    picks = []
    for _ in range(min(k, len(candidates))):
        if not picks:
            score = rel.clone() if lam > 0 else -(c @ c.sum(0))
        else:
            score = lam * rel - (1 - lam) * (c @ c[picks].T).amax(1)
        score[picks] = -torch.inf
        picks.append(int(score.argmax()))
    return picks
