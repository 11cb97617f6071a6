"""Progress over all steps with a generic interpolation (named: cosine_over_total)."""

import math


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return max_lr / warmup_steps * step
    if step > total_steps:
        return min_lr
    part = step / max(total_steps, 1)
    w = 0.5 + 0.5 * math.cos(part * math.pi)
    return max_lr * w + min_lr * (1 - w)
