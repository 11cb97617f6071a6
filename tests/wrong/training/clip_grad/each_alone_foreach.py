"""A named mistake in another style: every gradient clipped by its own norm."""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = torch._foreach_norm(grads)
    total = torch.linalg.vector_norm(torch.stack(norms))
    scales = [torch.where(n > max_norm, max_norm / (n + 1e-6), torch.ones_like(n)) for n in norms]
    torch._foreach_mul_(grads, scales)
    return total
