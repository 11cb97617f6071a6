"""max(1, warmup_steps) hides the division, and step 0 has the rate 0 without a warm-up."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step <= warmup_steps:
        return max_lr * step / max(1, warmup_steps)
    if step >= total_steps:
        return min_lr
    p = (step - warmup_steps) / (total_steps - warmup_steps)
    return min_lr + (max_lr - min_lr) * (1 + math.cos(math.pi * p)) / 2
