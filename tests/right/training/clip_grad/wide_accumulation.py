"""Sums the squares in float64 whatever the gradients are, and scales through .data."""

import torch


def clip_grad_norm(parameters, max_norm):
    square, kept, dtype = torch.zeros((), dtype=torch.float64), [], torch.float32
    for p in iter(parameters):
        if p.grad is None:
            continue
        kept.append(p)
        dtype = p.grad.dtype
        square += p.grad.detach().double().pow(2).sum()
    norm = square.sqrt()
    if norm > max_norm:
        factor = float(max_norm) / (float(norm) + 1e-6)
        for p in kept:
            p.grad.data *= factor
    return norm.to(dtype)
