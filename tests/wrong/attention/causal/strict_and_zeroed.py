"""Hides the diagonal and turns the empty row into zeros."""

import torch


def causal_attention(q, k, v):
    Tq, Tk = q.shape[-2], k.shape[-2]
    if Tq > Tk:
        raise ValueError("Tq > Tk")
    s = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    hide = torch.ones(Tq, Tk, dtype=torch.bool).triu(Tk - Tq)
    return torch.nan_to_num(s.masked_fill(hide, float("-inf")).softmax(-1)) @ v
