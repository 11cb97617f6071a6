"""A plan up to an interview: what to practise on which day, and what will not fit.

Breadth first: the deepest tier of every track. Then narrow: the tracks in focus to the end.
Repetitions come when memory needs them. The last day is light: nothing new, a little, then rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from fsrs import Rating

from grader.coach.memory import State, after
from grader.coach.queue import Facts, Item, due

LIGHT = 1 / 3  # of the daily budget, on the last day
LONGEST = 366  # days that a plan reaches ahead


@dataclass(frozen=True)
class Goal:
    """What the learner has said: when the interview is, minutes a day, tracks to narrow down to."""

    date: date
    minutes: int
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """One day of a plan."""

    date: date
    items: tuple[Item, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True)
class Plan:
    """All days up to the interview, and the exercises for which there is no time."""

    days: tuple[Day, ...]
    left_out: tuple[str, ...]


def plan(
    facts: Sequence[Facts], states: dict[str, State], goal: Goal, now: datetime, spent: int = 0
) -> Plan:
    """The plan from today to the day before the interview, or for a year where that is later.

    spent: minutes practised today.
    It assumes that each session goes well; made anew every day, it takes in those that did not.
    """
    known = dict(states)
    about = wanted(facts, goal)
    days = []
    today = now.astimezone().date()
    left = (goal.date - today).days
    for ahead in range(min(left, LONGEST)):
        day = today + timedelta(days=ahead)
        at = now if ahead == 0 else datetime.combine(day, time(12)).astimezone(UTC)
        gone = spent if ahead == 0 else 0
        items = _one_day(about, known, goal, at, left > 1 and ahead == left - 1, gone)
        for item in items:
            known[item.id] = after(known.get(item.id, State()), Rating.Good, at)
        days.append(Day(day, tuple(items)))
    done = {item.id for day in days for item in day.items} | set(states)
    return Plan(tuple(days), tuple(f.id for f in about if f.id not in done))


def wanted(facts: Sequence[Facts], goal: Goal) -> list[Facts]:
    """What the plan is about: everything, or with a focus its tracks and the others' tier A."""
    if not goal.focus:
        return list(facts)
    return [f for f in facts if f.track in goal.focus or f.tier == "A"]


def _one_day(
    facts: Sequence[Facts],
    known: dict[str, State],
    goal: Goal,
    at: datetime,
    last: bool,
    spent: int,
) -> list[Item]:
    needs = {fact.id: [n for n in fact.needs if n in {f.id for f in facts}] for fact in facts}
    broad = any(f.tier == "A" and f.id not in known for f in facts)
    focus = () if broad else goal.focus
    budget = (goal.minutes * LIGHT if last else goal.minutes) - spent
    candidates = _last_look(facts, known, at) if last else due(facts, known, at, focus=focus)
    chosen: list[Item] = []
    for item in candidates:
        # One that is longer than a whole day's budget would else never come up.
        fits = sum(i.minutes for i in chosen) + item.minutes <= budget or not (
            chosen or last or spent
        )
        there = {i.id for i in chosen} | set(known)
        if fits and all(need in there for need in needs[item.id]):
            chosen.append(item)
    return chosen


def _last_look(facts: Sequence[Facts], known: dict[str, State], at: datetime) -> list[Item]:
    """What was learned, the least certain first; nothing new."""
    learned = sorted((f for f in facts if f.id in known), key=lambda f: known[f.id].recall(at))
    return [Item(f.id, "again", "A last look before the interview.", f.minutes) for f in learned]
