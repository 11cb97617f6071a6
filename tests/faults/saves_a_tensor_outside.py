# expected: error
import torch


def causal_attention(q, k, v):
    torch.save(q, "/tmp/unaided-was-here")
