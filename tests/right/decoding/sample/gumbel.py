"""Gumbel noise and an argmax, with the filters as functions."""

import torch


def _top_k(x, k):
    kth = torch.sort(x, dim=-1, descending=True).values[..., min(k, x.shape[-1]) - 1, None]
    return torch.where(x >= kth, x, -torch.inf)


def _top_p(x, p):
    if p == 1:
        return x
    vals, idx = x.sort(-1, descending=True)
    cum = vals.softmax(-1).cumsum(-1)
    keep = torch.cat([torch.ones_like(cum[:, :1], dtype=torch.bool), cum[:, :-1] < p], -1)
    return torch.full_like(x, -torch.inf).scatter(-1, idx, vals.masked_fill(~keep, -torch.inf))


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError
    if temperature == 0.0:
        return torch.max(logits, dim=-1).indices
    x = logits.float() if logits.dtype != torch.float64 else logits
    x = x / temperature
    if top_k is not None:
        x = _top_k(x, top_k)
    if top_p is not None:
        x = _top_p(x, top_p)
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64).clamp_min(1e-300)
    return (x - torch.log(-torch.log(u))).argmax(-1)
