"""What is due today and why, and one key to start."""

from __future__ import annotations

from grader import __version__
from grader.coach.practice import Picture
from grader.coach.queue import Item
from grader.views.layout import Line, counted, line, prose

KEYS = "Enter start · 1-9 choose · l list · c cards · q quit"
NARROW = 72


def home(picture: Picture, width: int, written: int) -> tuple[list[Line], list[Item]]:
    """The first screen, and the exercises that its digits stand for. written: files with work."""
    items = picture.today()[:9]
    lines: list[Line] = [
        line(f"Unaided {__version__}", "strong"),
        *_interview(picture, width),
        line(),
    ]
    lines += prose(_today(picture, items), width, "label")
    for number, item in enumerate(items, 1):
        lines += _entry(number, item, width)
    if not picture.rounds:
        lines += [line(), *prose(_welcome(written), width, "dim")]
    lines += [line(), *prose(KEYS, width, "label")]
    return lines, items


def _interview(picture: Picture, width: int) -> list[Line]:
    goal = picture.goal
    if goal is None:
        return []
    left = (goal.date - picture.at.astimezone().date()).days
    when = "today: rest beats one more exercise" if left == 0 else f"in {counted(left, 'day')}"
    plan = picture.plan()
    out = (
        f"; {counted(len(plan.left_out), 'exercise')} will not fit"
        if plan and plan.left_out
        else ""
    )
    return prose(
        f"Interview {when}, {goal.minutes} minutes a day{out}. `drill plan` shows the days.", width
    )


def _today(picture: Picture, items: list[Item]) -> str:
    done = picture.done_today
    so_far = f" (done today: {len(done)}, {picture.minutes_today} minutes)" if done else ""
    if not items:
        return f"Nothing is due today{so_far}. Come back tomorrow, or choose from the list."
    return f"Today{so_far}"


def _entry(number: int, item: Item, width: int) -> list[Line]:
    head = ((f"  {number}  ", "label"), (item.id, "strong"), (f"  {item.minutes} min", "dim"))
    return [head, *prose(item.why, width, "dim", "     ", "     ")]


def _welcome(written: int) -> str:
    begin = "Each starts from a blank stub with a clock, and comes back before you would forget it."
    if not written:
        return f"{begin} Switch assistance off first; `drill doctor` says what is on."
    return (
        f"{begin} {counted(written, 'file')} under exercises/ {'has' if written == 1 else 'have'} "
        "work in it; starting one of these keeps a copy under .drill/attempts/."
    )
