"""Flat indices into a view, which fails on tensors that are not contiguous."""

import torch


def cross_entropy_backward(logits, targets):
    n, v = logits.shape
    flat = logits.view(-1)
    p = flat.reshape(n, v).softmax(1).view(-1)
    p[torch.arange(n) * v + targets] -= 1
    return p.view(n, v) / n
