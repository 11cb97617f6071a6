# expected: memory
import torch


def causal_attention(q, k, v):
    return torch.zeros(1 << 33)
