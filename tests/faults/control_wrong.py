# expected: failed
# naive: failed
import torch


def causal_attention(q, k, v):
    return torch.zeros_like(q @ k.transpose(-2, -1) @ v)

