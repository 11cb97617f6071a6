"""Restarts the cosine after total_steps (warm restarts)."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return max_lr * step / warmup_steps
    n = max(1, total_steps - warmup_steps)
    done = step - warmup_steps
    p = 1.0 if done == n else (done % n) / n
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2
