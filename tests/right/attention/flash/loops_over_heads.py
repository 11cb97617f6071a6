"""Leading dimensions flattened and looped over, then tiles of queries, then tiles of keys."""

import math

import torch


class Running:
    def __init__(self, rows, width, dtype):
        self.m = torch.full((rows, 1), -math.inf, dtype=dtype)
        self.l = torch.zeros(rows, 1, dtype=dtype)
        self.acc = torch.zeros(rows, width, dtype=dtype)

    def add(self, s, v):
        m = torch.max(self.m, s.max(dim=1, keepdim=True)[0])
        p = torch.exp(s - m)
        c = torch.exp(self.m - m)
        self.l = self.l * c + p.sum(1, keepdim=True)
        self.acc = self.acc * c + torch.mm(p, v)
        self.m = m


def flash_attention(q, k, v, block_size, causal=False):
    T, d = q.shape[-2], q.shape[-1]
    work = torch.float64 if q.dtype == torch.float64 else torch.float32
    Q, K, V = (x.reshape(-1, T, d).to(work) for x in (q, k, v))
    out = torch.empty_like(Q)
    for h in range(Q.shape[0]):
        for a in range(0, T, block_size):
            b = min(a + block_size, T)
            state = Running(b - a, d, work)
            for c in range(0, T, block_size):
                if causal and c >= b:
                    break
                e = min(c + block_size, T)
                s = torch.mm(Q[h, a:b], K[h, c:e].t()) / math.sqrt(d)
                if causal and e > a:
                    s = s + torch.full_like(s, -math.inf).triu(a - c + 1)
                state.add(s, V[h, c:e])
            out[h, a:b] = state.acc / state.l
    return out.reshape(q.shape).to(q.dtype)
