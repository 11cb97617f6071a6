"""One buffer per sequence, written in place without grad; branches overwrite each other."""

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
            buf, m = cache
            buf[m:] = [(k, v)]
            k, v = (torch.cat(z, 1) for z in zip(*buf))
        else:
            buf, m = [(k, v)], 0
        t = k.shape[1]
        s = torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(self.d)
        seen = torch.ones(n, t, dtype=torch.bool).tril(t - n)
        w = s.masked_fill(~seen, -math.inf).softmax(-1)
        out = self.out_proj(torch.einsum("bhij,bjhd->bihd", w, v).reshape(B, n, D))
        return out, (buf, m + 1)
