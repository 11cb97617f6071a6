"""A group's queries are folded into time, so that one bmm serves a key head."""

import torch


class Shared:
    def __init__(self, k, v):
        self.k, self.v = k, v

    def __call__(self, q, hidden):
        s = torch.einsum("bgnd,bgtd->bgnt", q, self.k) * q.shape[-1] ** -0.5
        s = torch.where(hidden, torch.finfo(s.dtype).min, s)
        e = torch.exp(s - torch.amax(s, dim=-1, keepdim=True))
        return torch.einsum("bgnt,bgtd->bgnd", e / e.sum(-1, keepdim=True), self.v)


def grouped_query_attention(q, k, v, causal=False):
    B, Hq, T, d = q.shape
    G = k.shape[1]
    r, rest = divmod(Hq, G)
    if rest or r == 0:
        raise ValueError("Hq must be a multiple of Hkv")
    i = torch.arange(T).repeat(r)[:, None]
    hidden = (torch.arange(T)[None, :] > i) if causal else torch.zeros(r * T, T, dtype=torch.bool)
    out = Shared(k, v)(q.reshape(B, G, r * T, d), hidden)
    return out.reshape(B, Hq, T, d)
