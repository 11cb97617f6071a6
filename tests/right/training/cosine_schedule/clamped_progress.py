"""One formula with a clamped progress."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if warmup_steps > 0 and step <= warmup_steps:
        return float(max_lr * (step / warmup_steps))
    if step == warmup_steps:
        return float(max_lr)
    t = (step - warmup_steps) / max(1, total_steps - warmup_steps)
    t = min(t, 1.0)
    return float(min_lr + 0.5 * (max_lr - min_lr) * (1.0 + math.cos(math.pi * t)))
