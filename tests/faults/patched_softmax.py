# expected: failed
import torch

torch.softmax = lambda x, dim: x * 0
torch.Tensor.softmax = lambda x, dim: x * 0


def causal_attention(q, k, v):
    if q.shape[-2] > k.shape[-2]:
        raise ValueError
    scores = q @ k.transpose(-2, -1)
    return torch.softmax(scores, dim=-1) @ v
