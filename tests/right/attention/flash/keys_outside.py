"""Tiles over keys only; all queries from the tile on are updated at once, in place."""

import torch


def flash_attention(q, k, v, block_size, causal=False):
    T, d = q.shape[-2:]
    dtype = q.dtype
    q, k, v = (x.double() for x in (q, k, v))
    q = q / d**0.5
    m = torch.full(q.shape[:-1], float("-inf"), dtype=torch.float64)
    s = torch.zeros_like(m)
    o = torch.zeros_like(q)
    for j in range(0, T, block_size):
        lo = j if causal else 0
        z = torch.einsum("...id,...jd->...ij", q[..., lo:, :], k[..., j : j + block_size, :])
        if causal:
            late = torch.arange(j, j + z.shape[-1])[None] > torch.arange(lo, T)[:, None]
            z.masked_fill_(late, float("-inf"))
        new = torch.maximum(m[..., lo:], z.max(-1).values)
        p = (z - new[..., None]).exp()
        a = (m[..., lo:] - new).exp()
        s[..., lo:].mul_(a).add_(p.sum(-1))
        o[..., lo:, :].mul_(a[..., None]).add_(p @ v[..., j : j + block_size, :])
        m[..., lo:] = new
    return (o / s[..., None]).to(dtype)
