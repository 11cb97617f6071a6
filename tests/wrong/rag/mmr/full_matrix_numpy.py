"""All pairs in numpy, where no torch operator shows it."""

import numpy as np


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    c = candidates.numpy() / np.maximum(np.linalg.norm(candidates.numpy(), axis=1, keepdims=True), 1e-12)
    q = query.numpy() / max(np.linalg.norm(query.numpy()), 1e-12)
    pairs, rel, picks = c @ c.T, c @ q, []
    while len(picks) < min(k, len(c)):
        score = rel.copy() if not picks else lam * rel - (1 - lam) * pairs[:, picks].max(1)
        score[picks] = -np.inf
        picks.append(int(score.argmax()))
    return picks
