"""The number of tokens seen is kept on the module."""

import math
import torch
from torch import nn


class CachedSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if d_model % n_heads:
            raise ValueError("n_heads must divide d_model")
        self.h, self.d = n_heads, d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def split(self, t):
        return t.reshape(t.shape[0], t.shape[1], self.h, self.d).transpose(1, 2)

    def forward(self, x, cache=None):
        if cache is None:
            self.seen = 0
        q, k, v = (self.split(p(x)) for p in (self.q_proj, self.k_proj, self.v_proj))
        if cache is not None:
            k = torch.cat([cache[0], k], 2)
            v = torch.cat([cache[1], v], 2)
        n, t = q.shape[2], k.shape[2]
        s = q @ k.mT / self.d**0.5
        off = self.seen
        self.seen += n
        s = s.masked_fill(~torch.ones(n, t, dtype=torch.bool, device=x.device).tril(off), -math.inf)
        y = (s.softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
        return self.out_proj(y), (k, v)
