"""Compares the squared norm with max_norm."""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    square = sum(g.pow(2).sum() for g in grads)
    norm = square.sqrt()
    if square > max_norm:
        for g in grads:
            g.mul_(max_norm / (norm + 1e-6))
    return norm
