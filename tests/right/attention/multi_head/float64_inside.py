import math
import torch
from torch import nn


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if d_model % n_heads != 0:
            raise ValueError("d_model must divide by n_heads")
        self.n_heads = n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, causal=False):
        """float64 inside, row by row, log space"""
        rows = []
        for row in x:
            q, k, v = (
                self.q_proj(row).double(),
                self.k_proj(row).double(),
                self.v_proj(row).double(),
            )
            heads = []
            for qh, kh, vh in zip(
                q.split(self.d_head, -1), k.split(self.d_head, -1), v.split(self.d_head, -1)
            ):
                s = qh @ kh.T / self.d_head**0.5
                if causal:
                    s = s.masked_fill(~torch.ones_like(s, dtype=torch.bool).tril(), -torch.inf)
                heads.append(torch.exp(torch.log_softmax(s, -1)) @ vh)
            rows.append(torch.cat(heads, -1))
        return self.out_proj(torch.stack(rows).to(x.dtype))
