"""Heads as a list of chunks, stacked into the batch for bmm; softmax in float32 or better."""

import torch
from torch import nn


def attend(q, k, v, hidden):
    s = torch.baddbmm(torch.zeros(1, dtype=q.dtype), q, k.mT, beta=0, alpha=q.size(-1) ** -0.5)
    s = s if s.dtype == torch.float64 else s.float()
    if hidden is not None:
        s[:, hidden] = torch.finfo(s.dtype).min
    e = (s - s.max(-1, keepdim=True).values).exp()
    return torch.bmm((e / e.sum(-1, keepdim=True)).to(v.dtype), v)


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n = n_heads
        if d_model % n_heads != 0:
            raise ValueError
        self.q_proj = nn.Linear(d_model, d_model, False)
        self.k_proj = nn.Linear(d_model, d_model, False)
        self.v_proj = nn.Linear(d_model, d_model, False)
        self.out_proj = nn.Linear(d_model, d_model, False)
        self.reset()

    def reset(self):
        for p in self.parameters():
            nn.init.xavier_uniform_(p)

    def forward(self, x, causal=False):
        q, k, v = (
            torch.cat(p(x).chunk(self.n, dim=-1))
            for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        t = x.size(1)
        hidden = ~torch.ones(t, t, dtype=torch.bool).tril() if causal else None
        out = attend(q, k, v, hidden)
        return self.out_proj(torch.cat(out.chunk(self.n), dim=-1))
