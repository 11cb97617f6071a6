# expected: failed or error
import math

import torch


def right(q, k, v):
    tq, tk = q.shape[-2], k.shape[-2]
    if tq > tk:
        raise ValueError(f"{tq} > {tk}")
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    hidden = torch.ones(tq, tk, dtype=torch.bool).triu(tk - tq + 1)
    return scores.masked_fill(hidden, -math.inf).softmax(-1) @ v


def causal_attention(q, k, v):
    result = right(q, k, v)
    with torch.no_grad():
        v[..., -1, :] = 0
    return result
