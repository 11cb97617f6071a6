"""step >= total_steps first: with no decay the peak is never reached (named: min_lr_without_decay)."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step >= total_steps:
        return min_lr
    if step < warmup_steps:
        return step / warmup_steps * max_lr
    ratio = (step - warmup_steps) / (total_steps - warmup_steps)
    return min_lr + 0.5 * (1 + math.cos(math.pi * ratio)) * (max_lr - min_lr)
