"""One torch operation for each pair of vectors; distance instead of similarity, which ranks the same."""

import torch


def cos(a, b):
    n = torch.linalg.vector_norm(a) * torch.linalg.vector_norm(b)
    return 0.0 if n == 0 else (torch.dot(a, b) / n).item()


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k must be positive")
    if not 0 <= lam <= 1:
        raise ValueError("lam must lie between 0 and 1")
    if query.shape[-1] != candidates.shape[-1]:
        raise ValueError("dimension mismatch")
    relevance = [cos(query, c) for c in candidates]
    far = [2.0] * len(relevance)
    picks, rest = [], list(range(len(relevance)))
    for turn in range(min(k, len(rest))):
        weight = 1.0 if turn == 0 else lam
        row = max(rest, key=lambda i: weight * relevance[i] + (1 - weight) * (far[i] - 1))
        rest.remove(row)
        picks.append(row)
        for i in rest:
            far[i] = min(far[i], 1 - cos(candidates[i], candidates[row]))
    return picks
