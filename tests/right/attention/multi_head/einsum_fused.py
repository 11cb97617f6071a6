"""One fused product of the three weights; einsum; each head adds its part of out_proj."""

import torch
import torch.nn as nn


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int):
        super().__init__()
        if n_heads * (d_model // n_heads) != d_model:
            raise ValueError(f"{d_model=} {n_heads=}")
        self.n_heads, self.d_head = n_heads, d_model // n_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (
            nn.Linear(d_model, d_model, bias=False) for _ in range(4)
        )
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, x, causal=False):
        b, t, m = x.shape
        w = torch.stack([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])
        w = w.view(3, self.n_heads, self.d_head, m)
        q, k, v = torch.einsum("btm,phdm->pbhtd", x, w)
        logits = torch.einsum("bhqd,bhkd->bhqk", q / self.d_head**0.5, k)
        if causal:
            bias = torch.full((t, t), float("-inf"), dtype=x.dtype).triu(1)
            logits = logits + bias
        heads = torch.einsum("bhqk,bhkd->bhqd", self.softmax(logits), v)
        wo = self.out_proj.weight.view(m, self.n_heads, self.d_head)
        return torch.einsum("bhqd,mhd->bqm", heads, wo)
