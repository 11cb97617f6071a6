import numpy as np


def cosine_schedule(step, max_lr, min_lr, warmup_steps, total_steps):
    if warmup_steps and step < warmup_steps:
        return float(np.linspace(0.0, max_lr, warmup_steps + 1)[step])
    span = max(total_steps - warmup_steps, 1)
    t = np.clip((step - warmup_steps) / span, 0.0, 1.0)
    return float(min_lr + 0.5 * (max_lr - min_lr) * (1 + np.cos(np.pi * t)))
