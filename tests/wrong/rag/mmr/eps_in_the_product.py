"""Divides by the product of the norms plus 1e-8."""

import torch


def cos(a, b):
    return (a @ b) / (a.norm(dim=-1) * b.norm() + 1e-8)


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("arguments")
    rel = cos(candidates, query)
    picks, most = [], None
    for _ in range(min(k, len(candidates))):
        score = rel.clone() if most is None else lam * rel - (1 - lam) * most
        score[picks] = -torch.inf
        picks.append(int(score.argmax()))
        now = cos(candidates, candidates[picks[-1]])
        most = now if most is None else torch.maximum(most, now)
    return picks
