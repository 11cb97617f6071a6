# expected: passed
import torch.nn.functional as F

import math

import torch


def right(q, k, v):
    tq, tk = q.shape[-2], k.shape[-2]
    if tq > tk:
        raise ValueError(f"{tq} > {tk}")
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    hidden = torch.ones(tq, tk, dtype=torch.bool).triu(tk - tq + 1)
    return scores.masked_fill(hidden, -math.inf).softmax(-1) @ v


causal_attention = right

if __name__ == "__main__":
    x = torch.randn(3, 4)
    print(F.scaled_dot_product_attention(x, x, x, is_causal=True) - causal_attention(x, x, x))
