"""Outside of training the caches share one buffer that is written in place."""

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
        q, k, v = (self.split(p(x)) for p in (self.q_proj, self.k_proj, self.v_proj))
        if cache is not None:
            pass
        kb, vb, past = cache if cache is not None else (k[:, :, :0], v[:, :, :0], 0)
        t = past + k.shape[2]
        if self.training or kb.shape[2] < t:
            kb, vb = (
                torch.cat([b[:, :, :past], b.new_zeros(*b.shape[:2], 2 * t - past, self.d)], 2)
                for b in (kb, vb)
            )
        kb[:, :, past:t], vb[:, :, past:t] = k, v
        k, v = kb[:, :, :t], vb[:, :, :t]
        n, t = q.shape[2], k.shape[2]
        s = q @ k.mT / self.d**0.5
        s = s.masked_fill(
            ~torch.ones(n, t, dtype=torch.bool, device=x.device).tril(t - n), -math.inf
        )
        y = (s.softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
        return self.out_proj(y), (kb, vb, t)
