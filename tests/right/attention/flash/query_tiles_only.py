"""Tiles of queries against all keys they see: block_size x T at most."""

import torch


def flash_attention(q, k, v, block_size, causal=False):
    T, d = q.shape[-2:]
    res = []
    for i in range(0, T, block_size):
        e = min(T, i + block_size)
        n = e if causal else T
        s = q[..., i:e, :] @ k[..., :n, :].mT / d**0.5
        if causal:
            s = s.masked_fill(torch.arange(n) > torch.arange(i, e)[:, None], float("-inf"))
        res.append(s.softmax(-1) @ v[..., :n, :])
    return torch.cat(res, -2)
