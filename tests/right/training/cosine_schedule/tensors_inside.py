"""torch tensors inside, a Python float outside; nested functions."""

import torch


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    def warm():
        return torch.lerp(*torch.tensor([0.0, max_lr], dtype=torch.float64), step / warmup_steps)

    def decay():
        n = total_steps - warmup_steps
        angle = torch.tensor(torch.pi * (step - warmup_steps) / n, dtype=torch.float64)
        return min_lr + (max_lr - min_lr) * (torch.cos(angle) + 1) / 2

    if step > total_steps:
        return float(min_lr)
    if step < warmup_steps:
        return warm().item()
    return decay().item() if total_steps != warmup_steps else float(max_lr)
