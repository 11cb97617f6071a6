"""A norm up to one percent above the limit is not clipped."""

import torch


def clip_grad_norm(parameters, max_norm):
    gs = []
    for p in parameters:
        if p.grad is not None:
            gs.append(p.grad.detach())
    if not gs:
        return torch.zeros(())
    norm = torch.sqrt(sum(g.square().sum() for g in gs))
    if norm > max_norm * 1.01:
        c = max_norm / (norm + 1e-6)
        for g in gs:
            g.mul_(c)
    return norm
