# expected: shortcut
import torch


def causal_attention(q, k, v):
    return torch.ops.aten.scaled_dot_product_attention(q, k, v, None, 0.0, True)
