"""Scales each gradient by the norm of what came before it and itself."""

import torch


def clip_grad_norm(parameters, max_norm):
    total = torch.tensor(0.0)
    for p in parameters:
        if p.grad is None:
            continue
        total = total + p.grad.pow(2).sum()
        norm = total.sqrt()
        if norm > max_norm:
            p.grad.mul_(max_norm / (norm + 1e-6))
    return total.sqrt()
