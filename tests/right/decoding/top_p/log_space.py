"""Log space, from the unlikely end: drop while what is left without the token still reaches p."""

import math

import torch


def top_p_filter(logits, p):
    if p <= 0:
        raise ValueError("p too small")
    if p > 1:
        raise ValueError("p too large")
    if p == 1:
        return logits + 0
    logp = torch.log_softmax(logits.double(), dim=-1)
    down, order = torch.sort(logp, dim=-1, descending=True, stable=True)
    total = torch.logcumsumexp(down, dim=-1)
    short = total < math.log(p)
    keep = torch.ones_like(short)
    keep[..., 1:] = short[..., :-1]
    mask = torch.empty_like(keep)
    mask.scatter_(-1, order, keep)
    result = torch.full_like(logits, -math.inf)
    result[mask] = logits[mask]
    return result
