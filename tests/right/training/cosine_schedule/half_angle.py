"""cos squared of half the angle, as a mixture of both ends."""

from math import cos, pi


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step > total_steps:
        return min_lr
    if step == warmup_steps:
        return max_lr
    if step < warmup_steps:
        share = step / warmup_steps
        return share * max_lr
    w = cos(pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps)) ** 2
    return w * max_lr + (1 - w) * min_lr
