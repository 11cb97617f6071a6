# training/cosine_schedule · level 1 · 8 minutes · all assistance off
# Grade it: drill grade training/cosine_schedule   or   pytest exercises/training/cosine_schedule.py
"""Cosine learning-rate schedule with warm-up.

Training starts with small steps while the optimiser's statistics settle, then takes large ones,
then smaller and smaller ones. Return the learning rate for one step.

- Warm-up: a straight line from 0 at step 0 to max_lr at step warmup_steps. It starts at 0 whatever
  min_lr is.
- Then half a period of a cosine: from max_lr at warmup_steps down to min_lr at total_steps. With
  progress p = (step - warmup_steps) / (total_steps - warmup_steps) the learning rate is
  min_lr + (max_lr - min_lr) (1 + cos(π p)) / 2.
- After total_steps: min_lr, for ever.
- warmup_steps = 0: max_lr at step 0, no warm-up.
- total_steps = warmup_steps: no decay; max_lr at that step, min_lr after it. Both may be 0.

`step`, `warmup_steps` and `total_steps` are whole numbers with step >= 0 and 0 <= warmup_steps <=
total_steps; max_lr and min_lr are floats with 0 <= min_lr <= max_lr. Other values are not asked
for. The result is a Python float, not a tensor, as exact as Python floats are, and depends on the
arguments alone: steps may be asked for in any order.

Example: with max_lr = 1.0, min_lr = 0.2, warmup_steps = 2 and total_steps = 6, steps 0 to 7 have
the learning rates 0, 0.5, 1, 0.8828, 0.6, 0.3172, 0.2, 0.2.

Not allowed here: torch's own schedules (`CosineAnnealingLR`, `CosineAnnealingWarmRestarts`,
`LinearLR`, `SequentialLR`, `LambdaLR` and `OneCycleLR` of `torch.optim.lr_scheduler`).
"""


def cosine_schedule(
    step: int, max_lr: float, min_lr: float, warmup_steps: int, total_steps: int
) -> float:
    """The learning rate at `step`: linear warm-up from 0, cosine decay to min_lr, then min_lr."""
    raise NotImplementedError
