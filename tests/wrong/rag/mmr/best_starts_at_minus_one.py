import torch
from torch.nn.functional import cosine_similarity


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k")
    if not 0 <= lam <= 1:
        raise ValueError("lam")
    if query.shape[-1] != candidates.shape[-1]:
        raise ValueError("dim")
    if len(candidates) == 0:
        return []
    rel = cosine_similarity(query[None], candidates, dim=-1)
    out = [int(rel.argmax())]
    while len(out) < min(k, len(candidates)):
        best_score, best = -1.0, -1
        for i in range(len(candidates)):
            if i in out:
                continue
            worst = max(float(cosine_similarity(candidates[i], candidates[j], dim=0)) for j in out)
            score = lam * float(rel[i]) - (1 - lam) * worst
            if score > best_score:
                best_score, best = score, i
        out.append(best)
    return out
