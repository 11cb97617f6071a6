"""Two equal vectors count as similarity 1, zero vectors too."""

import torch
import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    c = F.normalize(candidates, dim=1)
    rel = c @ F.normalize(query, dim=0)
    picks = []
    for _ in range(min(k, len(candidates))):
        score = rel.clone()
        if picks:
            sim = c @ c[picks].T
            sim[(c[:, None] == c[picks][None]).all(-1)] = 1.0
            score = lam * rel - (1 - lam) * sim.amax(1)
        score[picks] = -torch.inf
        picks.append(int(score.argmax()))
    return picks
