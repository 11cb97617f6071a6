"""Counts what is needed, compares ranks; float32 for half precision only."""

import torch


def _softmax(x):
    e = torch.exp(x - x.amax(-1, keepdim=True))
    return e / e.sum(-1, keepdim=True)


def top_p_filter(logits, p):
    if 0 < p <= 1:
        work = logits if logits.dtype == torch.float64 else logits.float()
        order = work.argsort(dim=-1, descending=True)
        rank = order.argsort(dim=-1)
        totals = _softmax(work).gather(-1, order).cumsum(-1)
        needed = (totals < p).sum(-1, keepdim=True) + 1
        if p == 1:
            needed = torch.full_like(needed, logits.shape[-1])
        return torch.where(rank < needed, logits, torch.tensor(float("-inf"), dtype=logits.dtype))
    raise ValueError("p must be a probability above zero")
