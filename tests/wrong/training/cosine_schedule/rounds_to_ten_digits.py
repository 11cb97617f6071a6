"""Rounds the rate to ten digits after the point."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return round(max_lr * step / warmup_steps, 10)
    p = min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps))
    return round(min_lr + 0.5 * (max_lr - min_lr) * (1 + math.cos(math.pi * p)), 10)
