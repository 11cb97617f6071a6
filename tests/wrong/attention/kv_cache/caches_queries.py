"""Caches queries too, computes all outputs again and returns the new ones."""

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
        q, k, v = (p(x).view(B, n, self.h, self.d) for p in (self.q_proj, self.k_proj, self.v_proj))
        if cache is not None:
            k, v = torch.cat([cache["k"], k], 1), torch.cat([cache["v"], v], 1)
            q = torch.cat([cache["q"], q], 1)
        t = k.shape[1]
        m, n = n, t
        s = torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(self.d)
        seen = torch.ones(n, t, dtype=torch.bool).tril(t - n)
        w = s.masked_fill(~seen, -math.inf).softmax(-1)
        out = self.out_proj(torch.einsum("bhij,bjhd->bihd", w, v).reshape(B, n, D)[:, n - m :])
        return out, {"q": q, "k": k, "v": v}
