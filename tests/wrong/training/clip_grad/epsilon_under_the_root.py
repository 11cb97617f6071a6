"""Puts the 1e-6 into the sum of squares, so norm and scale are both a little off."""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.zeros(())
    norm = torch.sqrt(sum(g.square().sum() for g in grads) + 1e-6)
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return norm
