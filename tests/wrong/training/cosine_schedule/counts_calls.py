"""Remembers the highest step seen and never goes back."""

import math

seen = {}


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    key = (max_lr, min_lr, warmup_steps, total_steps)
    step = seen[key] = max(step, seen.get(key, 0))
    if step < warmup_steps:
        return max_lr * step / warmup_steps
    if step > total_steps:
        return min_lr
    p = (step - warmup_steps) / max(1, total_steps - warmup_steps)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2
