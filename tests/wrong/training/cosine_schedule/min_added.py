"""min_lr plus a cosine of height max_lr (named: min_lr_added_on_top)."""

from math import cos, pi


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step > total_steps:
        return min_lr
    if step < warmup_steps:
        return max_lr * (step / warmup_steps)
    p = 0 if total_steps == warmup_steps else (step - warmup_steps) / (total_steps - warmup_steps)
    return min_lr + max_lr * 0.5 * (1 + cos(pi * p))
