# expected: timeout
import torch


def causal_attention(q, k, v):
    return torch.linalg.svd(torch.rand(3000, 3000, dtype=torch.float64))[0]
