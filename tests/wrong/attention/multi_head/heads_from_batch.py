"""view(B * H, T, d) straight from (B, T, D) (named reshape_without_transpose)."""

import math

import torch
from torch import nn


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if d_model % n_heads:
            raise ValueError("n_heads must divide d_model")
        self.n_heads = n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, causal=False):
        b, t, _ = x.shape
        q = self.q_proj(x).view(b * self.n_heads, t, self.d_head)
        k = self.k_proj(x).view(b * self.n_heads, t, self.d_head)
        v = self.v_proj(x).view(b * self.n_heads, t, self.d_head)
        att = q @ k.transpose(-2, -1) / math.sqrt(self.d_head)
        if causal:
            mask = torch.ones(t, t, dtype=torch.bool).triu(1)
            att = att.masked_fill(mask, float("-inf"))
        att = att.softmax(-1)
        y = (att @ v).view(b, self.n_heads, t, -1).transpose(1, 2).reshape(b, t, -1)
        return self.out_proj(y)
