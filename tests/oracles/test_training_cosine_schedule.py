"""training/cosine_schedule against torch's schedulers, and against numbers worked out by hand."""

import math
import warnings

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

from tests.support import cases, reference


def by_torch(max_lr, min_lr, warmup, total):
    """The rates of steps 0 to total by torch's own schedulers; needs a warm-up and a decay."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=max_lr)
    tiny = 1e-12  # LinearLR cannot start at exactly 0
    parts = [
        LinearLR(optimizer, start_factor=tiny, total_iters=warmup),
        CosineAnnealingLR(optimizer, T_max=total - warmup, eta_min=min_lr),
    ]
    schedule, rates = SequentialLR(optimizer, parts, milestones=[warmup]), []
    for _ in range(total + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize("setting", [(1.0, 0.2, 2, 6), (6e-4, 6e-5, 5, 12), (3.0, 0.0, 1, 9)])
def test_reference_agrees_with_torch(setting):
    solve = reference("training/cosine_schedule")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = by_torch(*setting)
    for step, rate in enumerate(want):
        assert solve(step, *setting) == pytest.approx(rate, rel=1e-6, abs=1e-9 * setting[0])


def test_reference_agrees_with_linear_interpolation_and_a_sine_on_every_case():
    """The decay written another way: the middle minus half the height times a sine."""
    solve = reference("training/cosine_schedule")
    for case in cases("training/cosine_schedule"):
        top, low, warm, total = (
            case[k] for k in ("max_lr", "min_lr", "warmup_steps", "total_steps")
        )
        for step in range(2 * total + 3):
            if step < warm:
                want = sum([top / warm] * step)
            elif step == warm:
                want = top
            elif step >= total:
                want = low
            else:
                turn = math.pi * ((step - warm) / (total - warm) - 0.5)
                want = (top + low) / 2 - (top - low) / 2 * math.sin(turn)
            got = solve(step, top, low, warm, total)
            assert type(got) is float and got == pytest.approx(want, rel=1e-9, abs=1e-12)
