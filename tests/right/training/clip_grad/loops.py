"""Number by number in plain Python, written back at the end."""

import torch


def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if not p.grad is None]
    total = 0.0
    for p in parameters:
        for value in p.grad.flatten().tolist():
            total += value * value
    total = total**0.5
    if len(parameters) == 0:
        return torch.tensor(0.0)
    if total > max_norm:
        for p in parameters:
            p.grad.copy_(p.grad * (max_norm / (total + 1e-6)))
    return torch.tensor(total, dtype=parameters[0].grad.dtype)
