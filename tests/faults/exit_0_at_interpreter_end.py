# expected: failed
import atexit
import os

import torch

atexit.register(os._exit, 0)


def causal_attention(q, k, v):
    return torch.zeros_like(q @ k.transpose(-2, -1) @ v)

