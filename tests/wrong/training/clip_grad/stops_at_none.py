"""Stops at the first parameter without a gradient instead of skipping it."""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = []
    for p in parameters:
        if p.grad is None:
            break
        grads.append(p.grad)
    if not grads:
        return torch.tensor(0.0)
    norm = torch.stack([g.norm() for g in grads]).norm()
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / (norm + 1e-6))
    return norm
