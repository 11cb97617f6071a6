"""F.cosine_similarity by broadcasting rows against the picks, computed again each turn."""

import torch
import torch.nn.functional as F


def mmr(query, candidates, k, lam=0.5):
    n, d = candidates.shape
    if query.shape != (d,):
        raise ValueError(f"query {tuple(query.shape)} against rows of {d}")
    if k < 1 or not 0.0 <= lam <= 1.0:
        raise ValueError(f"k={k}, lam={lam}")
    if n == 0:
        return []
    relevance = F.cosine_similarity(candidates, query[None], dim=1)
    picks = [int(torch.argmax(relevance))]
    while len(picks) < min(n, k):
        alike = F.cosine_similarity(candidates[:, None], candidates[picks][None], dim=-1)
        values = lam * relevance - (1 - lam) * alike.amax(dim=1)
        rest = [i for i in range(n) if i not in picks]
        picks.append(max(rest, key=lambda i: (values[i].item(), -i)))
    return picks
