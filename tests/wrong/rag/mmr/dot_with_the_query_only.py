import torch


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if not 0 <= lam <= 1:
        raise ValueError(f"lam must lie in 0..1, got {lam}")
    if candidates.shape[-1] != query.shape[-1]:
        raise ValueError("query and candidates differ in dimension")
    n = candidates.shape[0]

    def unit(x):
        norm = x.norm(dim=-1, keepdim=True)
        return torch.where(norm > 0, x / norm.masked_fill(norm == 0, 1), torch.zeros_like(x))

    q, c = unit(query), unit(candidates)
    relevance = candidates @ query
    redundancy = torch.full_like(relevance, -torch.inf)
    taken = torch.zeros(n, dtype=torch.bool)
    picked = []
    while len(picked) < min(k, n):
        if picked:
            score = lam * relevance - (1 - lam) * redundancy
        else:
            score = relevance.clone()
        score[taken] = -torch.inf
        best = int(score.argmax())
        picked.append(best)
        taken[best] = True
        redundancy = torch.maximum(redundancy, c @ c[best])
    return picked
