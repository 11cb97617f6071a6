"""Normalises the candidates in place."""

import torch


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    candidates /= candidates.norm(dim=1, keepdim=True).clamp_min(1e-12)
    rel = candidates @ (query / query.norm().clamp_min(1e-12))
    picks = []
    for _ in range(min(k, len(candidates))):
        score = rel.clone()
        if picks:
            score = lam * rel - (1 - lam) * (candidates @ candidates[picks].T).amax(1)
        score[picks] = -torch.inf
        picks.append(int(score.argmax()))
    return picks
