"""One shifted product for each distance, with a running maximum, like an online softmax."""

import torch


def shift(x, n):
    return torch.cat([torch.zeros_like(x[..., :n, :]), x[..., : x.shape[-2] - n, :]], dim=-2)


def sliding_window_attention(q, k, v, window):
    if window < 1:
        raise ValueError("window")
    t = q.shape[-2]
    top = (q * k).sum(-1, keepdim=True) * q.shape[-1] ** -0.5
    total, out = torch.ones_like(top), v
    for n in range(1, min(window, t)):
        s = (q * shift(k, n)).sum(-1, keepdim=True) * q.shape[-1] ** -0.5
        s = s.masked_fill((torch.arange(t) < n)[:, None], float("-inf"))
        new = torch.maximum(top, s)
        old, add = torch.exp(top - new), torch.exp(s - new)
        total, out, top = total * old + add, out * old + add * shift(v, n), new
    return out / total
