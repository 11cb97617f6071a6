"""Which exercises a mock interview asks: drawn by need and by what fits, the same for a seed.

An interviewer asks neither what comes next in the book nor just anything. So everything that fits
into the time has a chance, and what the learner needs most has the best: what is due, then what is
weak, then what was never seen. What builds on things never passed comes only where nothing else
fits.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime

from grader.coach.formats import OWN, BadFormat, Format
from grader.coach.memory import State
from grader.coach.queue import Facts

DUE, WEAK, NEW, KNOWN, FIRM = 4.0, 3.0, 2.0, 1.0, 0.5  # how likely each is, among others
ELSEWHERE = 0.1  # of that, for a track that an earlier part has had
TYPICAL = 20  # minutes of an exercise, where the format does not say how many there are
HURRIED = 0.75  # of its minutes that a twist needs: half of it has just been written

Parts = tuple[tuple[str, ...], ...]


def draw(
    facts: Sequence[Facts], states: dict[str, State], format: Format, seed: int, now: datetime
) -> Parts:
    """The ids to ask in each part; raises `BadFormat` where nothing fits.

    The minutes of a part's exercises are together at most the format's.
    """
    dice = random.Random(seed)
    pool = {fact.id: fact for fact in sorted(_pool(facts, format), key=lambda fact: fact.id)}
    needs = {id: need(states.get(id), now) for id in pool}
    late = {id for id, fact in pool.items() if not is_ready(fact, facts, states)}
    parts: list[tuple[str, ...]] = []
    for _ in range(format.parts):
        had = {pool[id].track for part in parts for id in part}
        left = {i: f for i, f in pool.items() if not any(i in part for part in parts)}
        weights = {i: needs[i] * (ELSEWHERE if f.track in had else 1) for i, f in left.items()}
        parts.append(_part(left, weights, late, format, dice))
    if not any(parts):
        raise BadFormat(_nothing_fits(pool, format))
    return tuple(part for part in parts if part)


def need(state: State | None, now: datetime) -> float:
    """How much an exercise is needed: its weight in the draw."""
    if state is None:
        return NEW
    if state.level == "learning":
        return WEAK
    if state.is_due(now):
        return DUE
    return FIRM if state.level == "firm" else KNOWN


def is_ready(fact: Facts, facts: Sequence[Facts], states: dict[str, State]) -> bool:
    """Whether everything that an exercise builds on was passed once."""
    there = {other.id for other in facts}
    return all(n in states and states[n].passes for n in fact.needs if n in there)


def twist(
    facts: Sequence[Facts], states: dict[str, State], id: str, seen: Collection[str]
) -> Facts | None:
    """The next rung of the ladder: what builds on an exercise, in its track, and is not yet asked.

    The easiest of them; one that builds on other things too, never passed, comes last.
    """
    track = id.split("/")[0]
    rungs = [f for f in facts if id in f.needs and f.track == track and f.id not in seen]

    def order(fact: Facts) -> tuple[bool, int, int, str]:
        others = [n for n in fact.needs if n != id]
        late = not all(n in states and states[n].passes for n in others)
        return late, fact.level, fact.minutes, fact.id

    return min(rungs, key=order, default=None)


def _pool(facts: Sequence[Facts], format: Format) -> list[Facts]:
    """What a format draws from."""
    tracks, ids = format.tracks, format.exercises
    return [f for f in facts if (not tracks or f.track in tracks) and (not ids or f.id in ids)]


def _part(
    pool: dict[str, Facts],
    weights: dict[str, float],
    late: Collection[str],
    format: Format,
    dice: random.Random,
) -> tuple[str, ...]:
    """Draw one exercise after the other, as long as one fits."""
    found: list[str] = []
    room = format.minutes
    while len(found) < (format.count or len(pool)):
        fitting = [i for i, f in pool.items() if i not in found and f.minutes <= room]
        ready = [i for i in fitting if i not in late] or fitting
        if not ready:
            break
        # A slot is what each of those still to come has; what would leave most of it idle is rare.
        slot = room / _slots(format, room, len(found))
        odds = [weights[i] * min(1.0, pool[i].minutes / slot) ** 2 for i in ready]
        id = dice.choices(ready, odds)[0]
        found.append(id)
        room -= pool[id].minutes
    return tuple(found)


def _slots(format: Format, room: float, found: int) -> int:
    """How many exercises are to share the time that is left."""
    if format.count:
        return format.count - found
    return max(1, round(room / TYPICAL))


def _nothing_fits(pool: dict[str, Facts], format: Format) -> str:
    of = f"the format {format.name}" if format.name != OWN else "what you chose"
    if not pool:
        return f"There is no exercise in {of}; choose other tracks."
    shortest = min(pool.values(), key=lambda fact: (fact.minutes, fact.id))
    return (
        f"No exercise of {of} fits into {format.minutes} minutes; the shortest takes "
        f"{shortest.minutes}. Give more time, with --minutes."
    )
