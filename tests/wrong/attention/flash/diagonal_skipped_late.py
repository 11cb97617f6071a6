"""Skips b >= a, so the diagonal tile is lost after the first."""

import math

import torch


def flash_attention(q, k, v, block_size, causal=False):
    t, d = q.shape[-2:]
    dtype = q.dtype
    work = torch.promote_types(dtype, torch.float32)
    q, k, v = (x.to(work) for x in (q, k, v))
    out = []
    for a in range(0, t, block_size):
        qa = q[..., a : a + block_size, :]
        rows = torch.arange(a, min(a + block_size, t))
        m = torch.full_like(qa[..., :1], -math.inf)
        l = torch.zeros_like(m)
        o = torch.zeros_like(qa)
        for b in range(0, t, block_size):
            if causal and b >= max(a, 1):
                continue
            kb, vb = k[..., b : b + block_size, :], v[..., b : b + block_size, :]
            cols = torch.arange(b, min(b + block_size, t))
            s = qa @ kb.transpose(-1, -2) / math.sqrt(d)
            if causal:
                s = s.masked_fill(cols[None] > rows[:, None], -math.inf)
            new = torch.maximum(m, s.amax(-1, keepdim=True))
            p = (s - new).exp()
            f = (m - new).exp()
            l = f * l + p.sum(-1, keepdim=True)
            o = f * o + p @ vb
            m = new
        out.append(o / l)
    return torch.cat(out, -2).to(dtype)
