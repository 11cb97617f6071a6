"""Progress is divided by one more than the decay steps: min_lr is reached after total_steps."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return max_lr * step / warmup_steps
    if step > total_steps:
        return min_lr
    p = (step - warmup_steps) / (total_steps - warmup_steps + 1)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2
