"""A chunk is fed token by token and head by head; the cache is an object of tuples."""

import torch
from torch import nn
from torch.nn import functional as F


class Past:
    def __init__(self, keys=(), values=()):
        self.keys, self.values = keys, values

    def with_token(self, key, value):
        return Past((*self.keys, key), (*self.values, value))


class CachedSelfAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int):
        if d_model % n_heads != 0:
            raise ValueError("n_heads must divide d_model")
        super().__init__()
        self.n_heads = n_heads
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self, name, nn.Linear(d_model, d_model, bias=False))

    def forward(self, x, cache=None):
        past = Past() if cache is None else cache
        joined = torch.cat([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])
        queries, keys, values = F.linear(x, joined).chunk(3, dim=-1)
        outputs = []
        for i in range(x.shape[1]):
            past = past.with_token(keys[:, i], values[:, i])
            mixed = self.attend(queries[:, i], torch.stack(past.keys), torch.stack(past.values))
            outputs.append(mixed)
        return self.out_proj(torch.stack(outputs, dim=1)), past

    def attend(self, q, keys, values):
        heads = []
        parts = (t.chunk(self.n_heads, dim=-1) for t in (q, keys, values))
        for a, b, c in zip(*parts):
            s = (a * b).sum(-1, keepdim=True) / a.shape[-1] ** 0.5
            heads.append((torch.softmax(s, dim=0) * c).sum(0))
        return torch.cat(heads, dim=-1)
