"""Head by head and query by query."""

import torch


def grouped_query_attention(q, k, v, causal=False):
    b, hq, t, d = q.shape
    hkv = k.size(1)
    if hkv > hq or hq % hkv:
        raise ValueError("bad heads")
    heads = []
    for h in range(hq):
        g = h * hkv // hq
        rows = []
        for i in range(t):
            end = i + 1 if causal else t
            s = torch.einsum("bd,bjd->bj", q[:, h, i], k[:, g, :end]) / d**0.5
            rows.append(torch.einsum("bj,bjd->bd", s.softmax(-1), v[:, g, :end]))
        heads.append(torch.stack(rows, 1))
    return torch.stack(heads, 1)
