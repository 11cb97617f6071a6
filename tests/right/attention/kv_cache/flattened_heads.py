"""Heads folded into the batch, bmm, an additive mask, keys cached transposed."""

import torch
import torch.nn as nn


class CachedSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        head, rest = divmod(d_model, n_heads)
        if rest:
            raise ValueError(f"{d_model} is no multiple of {n_heads}")
        self.shape = n_heads, head
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (
            nn.Linear(d_model, d_model, bias=False) for _ in range(4)
        )

    def fold(self, t):
        b, n, _ = t.shape
        return t.reshape(b, n, *self.shape).permute(0, 2, 1, 3).reshape(b * self.shape[0], n, -1)

    def forward(self, x, cache=None):
        b, n, width = x.shape
        q = self.fold(self.q_proj(x)) * self.shape[1] ** -0.5
        kt, v = self.fold(self.k_proj(x)).mT, self.fold(self.v_proj(x))
        old = 0
        if cache is not None:
            old = cache[0].shape[-1]
            kt, v = torch.cat((cache[0], kt), dim=-1), torch.cat((cache[1], v), dim=-2)
        mask = torch.full((n, old + n), float("-inf"), dtype=x.dtype).triu(old + 1)
        p = torch.softmax(torch.baddbmm(mask.expand(len(q), -1, -1), q, kt), dim=-1)
        y = torch.bmm(p, v).view(b, self.shape[0], n, -1).transpose(1, 2).reshape(b, n, width)
        return self.out_proj(y), (kt, v)
