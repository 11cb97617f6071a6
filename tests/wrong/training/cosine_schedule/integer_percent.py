"""Progress in whole percent: steps of a long schedule fall together."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return max_lr * step / warmup_steps
    if step > total_steps:
        return min_lr
    p = (step - warmup_steps) * 100 // max(1, total_steps - warmup_steps) / 100
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2
