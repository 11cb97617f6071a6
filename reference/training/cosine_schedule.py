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

import math
from itertools import pairwise

from grader.words import Draw, Exercise, holds, same, skip

exercise = Exercise(
    tier="B",
    level=1,
    minutes=8,
    banned=(
        "torch.optim.lr_scheduler.CosineAnnealingLR",
        "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
        "torch.optim.lr_scheduler.LinearLR",
        "torch.optim.lr_scheduler.SequentialLR",
        "torch.optim.lr_scheduler.LambdaLR",
        "torch.optim.lr_scheduler.OneCycleLR",
    ),
    source="Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, "
    "section 3, arXiv:1608.03983",
    hints=(
        "There are three stretches of steps; decide first which one the step is in.",
        "In the decay, express the step as a share p from 0 at the end of warm-up to 1 at "
        "total_steps, and find a function of p that falls from 1 to 0 like half a cosine.",
        "Test step < warmup_steps first, then step > total_steps; what is left is the decay. Its "
        "length may be 0: there the only step left is warmup_steps itself.",
    ),
    ask=(
        (
            "Why warm up at all?",
            "Adam's second moments rest on few gradients at first, so its steps are as large as "
            "they can be and point anywhere; and early gradients are large. Small steps keep that "
            "from doing lasting damage.",
        ),
        (
            "Cosine or warm-up, stable, decay when you do not know total_steps?",
            "A cosine needs its end in advance: stopped early it has not decayed. A constant rate "
            "with a short decay can be branched off at any checkpoint.",
        ),
        (
            "Why decay to min_lr rather than to 0?",
            "At 0 the last steps do nothing; a tenth of max_lr is common, though decaying all the "
            "way to 0 is often a little better when training ends there.",
        ),
    ),
)


@exercise.solution
def cosine_schedule(
    step: int, max_lr: float, min_lr: float, warmup_steps: int, total_steps: int
) -> float:
    """The learning rate at `step`: linear warm-up from 0, cosine decay to min_lr, then min_lr."""
    if step < warmup_steps:
        return max_lr * step / warmup_steps
    if step > total_steps:
        return min_lr
    decay_steps = total_steps - warmup_steps
    # Without any decay only step == warmup_steps == total_steps comes here: progress 0.
    progress = (step - warmup_steps) / decay_steps if decay_steps else 0.0
    height = (1 + math.cos(math.pi * progress)) / 2  # from 1 down to 0
    return min_lr + (max_lr - min_lr) * height


@exercise.inputs
def schedules(draw: Draw) -> dict:
    warmup = draw.choice(2, 3, 1, 0, 4, 5)
    max_lr = draw.choice(1.0, 2.0, 8.0, 0.5, 10.0)
    return {
        "max_lr": max_lr,
        "min_lr": max_lr * draw.choice(0.25, 0.1, 0.0, 0.5, 1.0),
        "warmup_steps": warmup,
        "total_steps": warmup + draw.choice(4, 2, 1, 3, 0, 7),
    }


@exercise.edges
def chosen_schedules() -> list[dict]:
    chosen = [
        (1.0, 0.2, 2, 6), (1.0, 0.0, 4, 8), (8.0, 2.0, 4, 8),
        # No warm-up; no decay; neither.
        (1.0, 0.2, 0, 4), (1.0, 0.0, 0, 1), (4.0, 1.0, 0, 2), (2.0, 0.5, 0, 6),
        (1.0, 0.2, 3, 3), (4.0, 1.0, 2, 2), (2.0, 0.5, 1, 1), (1.0, 0.1, 5, 5),
        (1.0, 0.2, 0, 0), (4.0, 1.0, 0, 0), (2.0, 0.5, 0, 0),
        (1.0, 1.0, 2, 4), (0.0, 0.0, 2, 4), (3.0, 2.0, 1, 2),
        (6e-4, 6e-5, 7, 30), (100.0, 90.0, 10, 13),
    ]  # fmt: skip
    names = ("max_lr", "min_lr", "warmup_steps", "total_steps")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.rig
def rates(solution, steps, max_lr, min_lr, warmup_steps, total_steps):
    """The learning rate at each of the steps, by step."""
    setting = {"max_lr": max_lr, "min_lr": min_lr}
    setting |= {"warmup_steps": warmup_steps, "total_steps": total_steps}
    return {f"step {step}": solution(step=step, **setting) for step in steps}


@exercise.rig
def rates_by_position(solution, steps, *setting):
    return [solution(step, *setting) for step in steps]


@exercise.scenario
def learning_rate_of_each_step(solution, **setting) -> dict:
    last = setting["total_steps"]
    beyond = [last + 1, 2 * last + 3, 10 * last + 7]
    return rates(solution, [*range(last + 1), *beyond], **setting)


def long_schedules() -> list[dict]:
    chosen = [
        (3e-4, 3e-5, 2000, 100_000),
        (1.0, 0.1, 0, 1_000_000),
        (0.6, 0.0, 375_000, 2_000_000),
    ]
    names = ("max_lr", "min_lr", "warmup_steps", "total_steps")
    return [dict(zip(names, values, strict=True)) for values in chosen]


@exercise.law(edges=long_schedules)
def it_goes_through_the_five_known_points(solution, max_lr, min_lr, warmup_steps, total_steps):
    """Start, middle of warm-up, top, middle of the decay and end can be said without a cosine."""
    middle = warmup_steps + (total_steps - warmup_steps) // 2
    steps = [0, warmup_steps // 2, warmup_steps, middle, total_steps, total_steps + 1]
    start, half = (0.0, max_lr / 2) if warmup_steps else (max_lr, max_lr)
    want = [start, half, max_lr, (max_lr + min_lr) / 2, min_lr, min_lr]
    got = rates_by_position(solution, steps, max_lr, min_lr, warmup_steps, total_steps)
    same(
        [1e3 * rate for rate in got],
        [1e3 * rate for rate in want],
        f"1000 times the rates at {steps}",
    )


@exercise.law(examples=10)
def it_never_falls_in_warm_up_and_never_rises_after(
    solution, max_lr, min_lr, warmup_steps, total_steps
):
    """One hill: up to max_lr, down to min_lr, and never again up."""
    steps = list(range(2 * total_steps + 4))
    got = rates_by_position(solution, steps, max_lr, min_lr, warmup_steps, total_steps)
    for step, (now, then) in enumerate(pairwise(got)):
        rising = step < warmup_steps
        says = f"From step {step} to {step + 1} the rate goes from {now:.6g} to {then:.6g}."
        holds(then >= now - 1e-12 if rising else then <= now + 1e-12, says, got)


@exercise.law(examples=10)
def steps_can_be_asked_for_in_any_order(solution, max_lr, min_lr, warmup_steps, total_steps):
    """Whoever resumes from a checkpoint starts in the middle, so a schedule must not count calls."""
    steps = list(range(total_steps + 2))
    setting = (max_lr, min_lr, warmup_steps, total_steps)
    want = rates_by_position(solution, steps, *setting)
    got = rates_by_position(solution, steps[::-1], *setting)
    same(got[::-1], want, "Asked for from the last step to the first")


@exercise.law(examples=10)
def the_decay_is_symmetric(solution, max_lr, min_lr, warmup_steps, total_steps):
    """Half a cosine looks the same turned upside down: the rates at equal distances from both ends
    add up to max_lr + min_lr.
    """
    steps = list(range(warmup_steps, total_steps + 1))
    if len(steps) == 1:
        skip()
    got = rates_by_position(solution, steps, max_lr, min_lr, warmup_steps, total_steps)
    sums = [a + b for a, b in zip(got, got[::-1], strict=True)]
    same(sums, [max_lr + min_lr] * len(steps), "Rate plus mirrored rate")


@exercise.law(examples=6)
def rates_may_be_tiny(solution, max_lr, min_lr, warmup_steps, total_steps):
    """A schedule has the same shape at every size of rate: with both rates divided by a billion
    each step's rate is divided by a billion too, with all its digits.
    """
    steps, lengths = list(range(total_steps + 2)), (warmup_steps, total_steps)
    want = rates_by_position(solution, steps, max_lr, min_lr, *lengths)
    got = rates_by_position(solution, steps, max_lr / 1e9, min_lr / 1e9, *lengths)
    same([1e9 * rate for rate in got], want, "A billion times the rates")


exercise.mistake(
    "warmup_from_step_plus_1",
    "Your warm-up counts from step + 1, so it is one step ahead; step 0 has the rate 0.",
    swap={"return max_lr * step / warmup_steps": "return max_lr * (step + 1) / warmup_steps"},
)
exercise.mistake(
    "warmup_from_min_lr",
    "Your warm-up starts at min_lr; it starts at 0.",
    swap={
        "return max_lr * step / warmup_steps": (
            "return min_lr + (max_lr - min_lr) * step / warmup_steps"
        )
    },
)
exercise.mistake(
    "warmup_divided_by_one_more",
    "Your warm-up divides by warmup_steps + 1; it reaches max_lr at warmup_steps.",
    swap={"return max_lr * step / warmup_steps": "return max_lr * (step + 1) / (warmup_steps + 1)"},
)
exercise.mistake(
    "warmup_never_below_min_lr",
    "You keep the warm-up from going below min_lr; it is a straight line from 0.",
    swap={
        "return max_lr * step / warmup_steps": "return max(min_lr, max_lr * step / warmup_steps)"
    },
)
exercise.mistake(
    "no_warmup",
    "There is no warm-up: the rate must rise from 0 to max_lr first.",
    swap={"return max_lr * step / warmup_steps": "return max_lr"},
)
exercise.mistake(
    "cosine_over_total",
    "Your cosine counts from step 0 over all steps; its progress is counted from the end of "
    "warm-up, over the steps that are left.",
    swap={
        "progress = (step - warmup_steps) / decay_steps if decay_steps else 0.0": (
            "progress = step / total_steps if total_steps else 0.0"
        )
    },
)
exercise.mistake(
    "cosine_over_total_behind_the_top",
    "Your cosine counts from step 0 over all steps, so the rate jumps behind warmup_steps; its "
    "progress is counted from the end of warm-up, over the steps that are left.",
    swap={
        "if step < warmup_steps:": "if 0 < step == warmup_steps:\n        return max_lr\n    "
        "if step < warmup_steps:",
        "progress = (step - warmup_steps) / decay_steps if decay_steps else 0.0": (
            "progress = step / total_steps if total_steps else 0.0"
        ),
    },
)
exercise.mistake(
    "warmup_not_taken_off_the_length",
    "Your cosine starts at the end of warm-up but is stretched over total_steps, so it has not "
    "arrived at total_steps; its length is total_steps - warmup_steps.",
    swap={
        "(step - warmup_steps) / decay_steps if decay_steps else 0.0": (
            "(step - warmup_steps) / total_steps if total_steps else 0.0"
        )
    },
)
exercise.mistake(
    "decays_to_zero",
    "Your cosine falls to 0 and not to min_lr.",
    swap={"return min_lr + (max_lr - min_lr) * height": "return max_lr * height"},
)
exercise.mistake(
    "decays_to_zero_before_total",
    "Your cosine falls to 0 and jumps to min_lr at total_steps; it must end at min_lr by itself.",
    swap={
        "if step > total_steps:": "if step >= total_steps and step > warmup_steps:",
        "return min_lr + (max_lr - min_lr) * height": "return max_lr * height",
    },
)
exercise.mistake(
    "min_lr_added_on_top",
    "You add min_lr to a cosine that starts at max_lr; its height is max_lr - min_lr.",
    swap={"(max_lr - min_lr) * height": "max_lr * height"},
)
exercise.mistake(
    "cut_off_at_min_lr",
    "You cut a cosine towards 0 off at min_lr; it must arrive there at total_steps.",
    swap={"return min_lr + (max_lr - min_lr) * height": "return max(min_lr, max_lr * height)"},
)
exercise.mistake(
    "rises_again_after_total",
    "After total_steps your cosine goes up again; from there on the rate is min_lr.",
    swap={"if step > total_steps:": "if step > total_steps == warmup_steps:"},
)
exercise.mistake(
    "full_period",
    "Your cosine runs through a full period and ends at the top; use half of one, cos(π p).",
    swap={"math.pi * progress": "2 * math.pi * progress"},
)
exercise.mistake(
    "full_period_before_total",
    "Your cosine runs through a full period, down and up again, before total_steps; use half of "
    "one, cos(π p).",
    swap={
        "if step > total_steps:": "if step >= total_steps and step > warmup_steps:",
        "math.pi * progress": "2 * math.pi * progress",
    },
)
exercise.mistake(
    "quarter_period",
    "Your decay is a quarter of a cosine, steep at the end; use (1 + cos(π p)) / 2, which is flat "
    "at both ends.",
    swap={"(1 + math.cos(math.pi * progress)) / 2": "math.cos(math.pi * progress / 2)"},
)
exercise.mistake(
    "linear_decay",
    "Your decay is a straight line; it is half a cosine.",
    swap={"(1 + math.cos(math.pi * progress)) / 2": "1 - progress"},
)
exercise.mistake(
    "min_lr_without_decay",
    "With total_steps = warmup_steps you return min_lr at that very step; there it is still "
    "max_lr.",
    swap={"if step > total_steps:": "if step >= total_steps:"},
)
exercise.mistake(
    "max_lr_for_ever_without_decay",
    "With total_steps = warmup_steps you stay at max_lr; after that step the rate is min_lr.",
    swap={"if step > total_steps:": "if step > total_steps > warmup_steps:"},
)
exercise.mistake(
    "min_lr_one_step_early",
    "Your decay arrives at min_lr one step before total_steps; its length is total_steps - "
    "warmup_steps.",
    swap={
        "(step - warmup_steps) / decay_steps if decay_steps else 0.0": (
            "min(1.0, (step - warmup_steps) / max(1, decay_steps - 1)) if decay_steps else 0.0"
        )
    },
)
exercise.mistake(
    "zero_without_warmup",
    "With warmup_steps = 0 you return 0 at step 0; without a warm-up it is max_lr.",
    swap={
        "if step < warmup_steps:": "if step <= warmup_steps:",
        "step / warmup_steps\n": "step / max(1, warmup_steps)\n",
    },
)
exercise.mistake(
    "divides_by_zero_without_decay",
    "With total_steps = warmup_steps you divide by zero; that step has the rate max_lr.",
    swap={
        "progress = (step - warmup_steps) / decay_steps if decay_steps else 0.0": (
            "progress = (step - warmup_steps) / decay_steps"
        )
    },
)
exercise.mistake(
    "divides_by_zero_without_warmup",
    "With warmup_steps = 0 you divide by zero; step 0 then has the rate max_lr.",
    swap={"if step < warmup_steps:": "if step <= warmup_steps:"},
)

exercise.walkthrough(r"""
## Where it comes from

How large should a step be? Large enough to get anywhere, and small enough in the end to settle: gradients
of batches are noisy, and near a minimum descent goes on jumping about, the wider the higher its rate. So
the rate has to fall. Loshchilov and Hutter (section 3) let it fall along half a cosine: slowly at first,
while there is a long way to go, fast in the middle, and slowly again at the end.

Their schedule begins anew several times, the warm restarts of the title. Language models took over a single
descent without restarts, and put a straight ascent before it. The first GPT (Radford et al. 2018, section
4.1) rises to 2.5e-4 within 2000 updates and then falls along a cosine to 0; others stop at a tenth of the
highest rate. The ascent is for the optimizer: in the first steps its statistics rest on a handful of
gradients and are not to be trusted with the full rate.

## By hand

max_lr = 9 and min_lr = 1, three steps of warm-up, nine in all, so six steps of decay. A sixth of half a
period is 30°, and the cosines of these angles are known.

| step | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |
|---|---|---|---|---|---|---|---|---|---|---|---|
| angle | | | | 0° | 30° | 60° | 90° | 120° | 150° | 180° | |
| cosine | | | | 1 | √3/2 | 1/2 | 0 | −1/2 | −√3/2 | −1 | |
| rate | 0 | 3 | 6 | 9 | 8.4641 | 7 | 5 | 3 | 1.5359 | 1 | 1 |

Rates at the same distance from both ends of the decay add up to 10: 9 + 1, 8.4641 + 1.5359, 7 + 3, 5 + 5.

```python
from grader.notebook import reference

rate = reference("training/cosine_schedule")
[round(rate(step, max_lr=9.0, min_lr=1.0, warmup_steps=3, total_steps=9), 4) for step in range(11)]
```

## A picture

The same rates for three plans of different length. They agree on the warm-up and on nothing else: a cosine
must know its end in advance.

```python
from grader.notebook import curve

steps = range(0, 42_000, 100)
plans = {
    f"{total:,} steps": [rate(step, 3e-4, 3e-5, 2000, total) for step in steps]
    for total in (10_000, 20_000, 40_000)
}
curve(plans, x=steps, title="Warm-up of 2000 steps, then a cosine", across="step", up="learning rate")
```

At step 10,000 the shortest plan has arrived, while the longest is still near the top. So the model in the
middle of a long run is worse than what a short run would have given, and a run that is stopped early has
never come to rest.

## What falling is good for

Descent on a bowl in 500 directions, with noisy gradients; how far from the bottom is it? Once the rate stays
at the top, once it follows the schedule, and once it is small throughout.

```python
import torch

high, low, total = 0.2, 0.01, 300


def descend(rates):
    torch.manual_seed(0)
    at, seen = torch.full((500,), 3.0), []
    for lr in rates:
        seen.append(at.square().mean())
        at = at - lr * (at + torch.randn(500))
    return seen


schedule = [rate(step, high, 0.0, 10, total) for step in range(total)]
lines = {"high": [high] * total, "low": [low] * total, "cosine": schedule}
picture = curve({name: descend(rates) for name, rates in lines.items()},
                title="Noisy descent", across="step", up="mean square distance")
picture.axes.set_yscale("log")
picture
```

The high rate comes down fast and then stays where it is, kept up by its own noise. The low one would come
lower still, in time. The schedule has both.

## Traps

**The length of the decay.** Dividing by total_steps where the decay has only the steps after the warm-up:
the curve starts right and looks right, and in a plan with 2 % of warm-up it ends a hair above min_lr. With
no warm-up there is no difference at all.

{{trap: warmup_not_taken_off_the_length}}

**After the end.** A cosine goes on. Half a period later the rate is at the top again, and a run that is
prolonged undoes what it has settled. As long as runs end where they were planned to, nobody sees it.

{{trap: rises_again_after_total}}

**Plans without a part.** Without warm-up, or without decay, one of the two lengths is 0 and is divided by.
One finds out when fine-tuning, with a plan for a few steps.

{{trap: divides_by_zero_without_warmup}}
""")
