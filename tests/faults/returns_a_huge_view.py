# expected: failed or memory
import torch


def causal_attention(q, k, v):
    return torch.zeros(1).expand(10**6, 10**6)
