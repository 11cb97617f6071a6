"""Keeps inputs; keys and values of the whole past are projected at each call."""

import math

import torch
from torch import nn


class CachedSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if d_model % n_heads:
            raise ValueError("d_model % n_heads")
        self.h, self.d = n_heads, d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, cache=None):
        B, n, D = x.shape
        q = self.q_proj(x).view(B, n, self.h, self.d)
        seen = x if cache is None else torch.cat([cache, x], 1)
        k, v = (p(seen).view(B, -1, self.h, self.d) for p in (self.k_proj, self.v_proj))
        cat = seen
        t = k.shape[1]
        s = torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(self.d)
        seen = torch.ones(n, t, dtype=torch.bool).tril(t - n)
        w = s.masked_fill(~seen, -math.inf).softmax(-1)
        out = self.out_proj(torch.einsum("bhij,bjhd->bihd", w, v).reshape(B, n, D))
        return out, cat
