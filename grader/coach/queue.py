"""What to practise today, and why.

Overdue repetitions first, the likeliest to be forgotten before the others; what a thing needs comes
before it; then new exercises in the order of learning, the tracks taking turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grader.coach.memory import State


class Facts(Protocol):
    """What the coach needs to know of an exercise; `judge.catalogue.Card` is one."""

    @property
    def id(self) -> str: ...
    @property
    def track(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def minutes(self) -> int: ...
    @property
    def needs(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Item:
    """One exercise that is to be practised, the kind of practice, and the reason in words."""

    id: str
    kind: str  # "open", "again" or "new"
    why: str
    minutes: int


def due(
    facts: Sequence[Facts],
    states: dict[str, State],
    now: datetime,
    open_ids: Iterable[str] = (),
    focus: Sequence[str] = (),
) -> list[Item]:
    """Everything that could be done now, in the order in which to do it.

    open_ids: exercises with a round that was begun and not ended. focus: tracks to go first.
    """
    opened = set(open_ids)
    begun = [
        _item(f, "open", "You began it and have not finished.") for f in facts if f.id in opened
    ]
    again = [f for f in facts if f.id not in opened and states.get(f.id, State()).is_due(now)]
    again.sort(key=lambda f: states[f.id].recall(now))
    repeated = [_item(f, "again", _why_again(states[f.id], now)) for f in _needed_first(again)]
    new = [f for f in facts if f.id not in opened and f.id not in states]
    fresh = [_item(f, "new", _why_new(f, states)) for f in in_turn(new, focus)]
    return begun + repeated + fresh


def in_turn(facts: Sequence[Facts], focus: Sequence[str] = ()) -> list[Facts]:
    """New exercises, deepest tier first and what they need before them, track after track in turn.

    Tracks in `focus` have two turns where others have one.
    """
    tiers = sorted({fact.tier for fact in facts})
    found = [f for tier in tiers for f in _turns([g for g in facts if g.tier == tier], focus)]
    return _needed_first(found)


def _turns(facts: Sequence[Facts], focus: Sequence[str]) -> list[Facts]:
    """One of each track in turn, as long as there are any."""
    queues: dict[str, list[Facts]] = {}
    for fact in _needed_first(sorted(facts, key=lambda f: f.level)):
        queues.setdefault(fact.track, []).append(fact)
    first = [track for track in focus if track in queues]
    turns = first + first + [track for track in queues if track not in first]
    found: list[Facts] = []
    while any(queues.values()):
        for track in turns:
            found += queues[track][:1]
            del queues[track][:1]
    return found


def _item(fact: Facts, kind: str, why: str) -> Item:
    return Item(fact.id, kind, why, fact.minutes)


def _why_again(state: State, now: datetime) -> str:
    share = f"{state.recall(now):.0%}"
    if not state.passes:
        return "You gave it up last time; once more from the start."
    days = (now - state.due).days if state.due else 0
    late = f", {days} day{'s' * (days != 1)} late" if days > 0 else ""
    return f"Due again{late}: the chance that you still know it is {share}."


def _why_new(fact: Facts, states: dict[str, State]) -> str:
    known = [need for need in fact.needs if need in states and states[need].passes]
    if known:
        return f"New; it builds on {known[-1]}, which you passed."
    return f"New in {fact.track}."


def _needed_first(facts: Sequence[Facts]) -> list[Facts]:
    """The same order, but nothing before what it needs, as far as that is among them."""
    by_id = {fact.id: fact for fact in facts}
    done: dict[str, Facts] = {}

    def visit(fact: Facts, above: tuple[str, ...]) -> None:
        for need in fact.needs:
            if need in by_id and need not in done and need not in above:
                visit(by_id[need], (*above, fact.id))
        done.setdefault(fact.id, fact)

    for fact in facts:
        visit(fact, ())
    return list(done.values())
