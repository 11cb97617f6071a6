"""A named mistake in another style: asks for the norm of a gradient that is None."""

import torch


def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    if all(p.grad is None for p in parameters):
        return torch.tensor(0.0)
    norm = torch.linalg.vector_norm(
        torch.stack([torch.linalg.vector_norm(p.grad) for p in parameters])
    )
    if norm > max_norm:
        for p in parameters:
            p.grad *= max_norm / (norm + 1e-6)
    return norm
