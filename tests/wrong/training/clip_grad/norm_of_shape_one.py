"""Returns a vector with one element instead of a scalar tensor."""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.zeros(1)
    norm = torch.cat([g.flatten() for g in grads]).pow(2).sum(0, keepdim=True).sqrt()
    if norm.item() > max_norm:
        for g in grads:
            g.mul_(max_norm / (norm.item() + 1e-6))
    return norm
