"""Gives parameters without a gradient one of zeros; weight decay would then move them."""

import torch


def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    if not parameters:
        return torch.tensor(0.0)
    norm = torch.cat([p.grad.flatten() for p in parameters]).norm()
    if norm > max_norm:
        for p in parameters:
            p.grad.mul_(max_norm / (norm + 1e-6))
    return norm
