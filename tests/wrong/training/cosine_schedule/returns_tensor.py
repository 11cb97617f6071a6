"""Returns a tensor of shape ()."""

import math

import torch


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return torch.tensor(max_lr * step / warmup_steps, dtype=torch.float64)
    if step > total_steps:
        return torch.tensor(min_lr, dtype=torch.float64)
    p = (step - warmup_steps) / max(1, total_steps - warmup_steps)
    return torch.tensor(min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2, dtype=torch.float64)
