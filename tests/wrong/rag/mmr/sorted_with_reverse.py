"""Sorts (score, row) pairs in reverse: ties go to the larger row."""

import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    c = F.normalize(candidates, dim=1)
    rel = (c @ F.normalize(query, dim=0)).tolist()
    picks = []
    while len(picks) < min(k, len(rel)):
        rest = [i for i in range(len(rel)) if i not in picks]
        most = (c @ c[picks].T).amax(1).tolist() if picks else [0.0] * len(rel)
        w = lam if picks else 1.0
        pairs = sorted(((w * rel[i] - (1 - w) * most[i], i) for i in rest), reverse=True)
        picks.append(pairs[0][1])
    return picks
