"""One learner's practice: what was done, what it comes to, and writing down what happens now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from grader.coach.history import LEFT, Round, open_round, rounds
from grader.coach.log import FILE, Event, Log
from grader.coach.memory import State, states
from grader.coach.plan import Goal, Plan, plan
from grader.coach.queue import Facts, Item, due
from grader.report import Report


class Now(Protocol):
    def __call__(self) -> datetime: ...


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Picture:
    """Everything that the log tells, at one moment."""

    events: tuple[Event, ...]
    facts: tuple[Facts, ...]
    at: datetime

    @cached_property
    def rounds(self) -> list[Round]:
        return rounds(self.events)

    @cached_property
    def states(self) -> dict[str, State]:
        return states(self.rounds, {fact.id: fact.minutes for fact in self.facts})

    @property
    def goal(self) -> Goal | None:
        """What the learner last said of an interview, unless it is over."""
        said = [e.facts for e in self.events if e.kind == "planned"]
        if not said or not said[-1].get("date"):
            return None
        last = said[-1]
        goal = Goal(date.fromisoformat(last["date"]), int(last["minutes"]), tuple(last["focus"]))
        return goal if goal.date >= self.at.astimezone().date() else None

    def open(self, id: str) -> Round | None:
        """The round of an exercise that was begun and not ended."""
        return open_round(self.rounds, id)

    def due(self, focus: Sequence[str] = ()) -> list[Item]:
        """What could be done now, in order."""
        opened = [f.id for f in self.facts if self.open(f.id)]
        wanted = focus or (self.goal.focus if self.goal else ())
        return due(self.facts, self.states, self.at, opened, wanted)

    def plan(self) -> Plan | None:
        """The plan up to the interview, made anew from what was done so far."""
        return plan(self.facts, self.states, self.goal, self.at) if self.goal else None


class Practice:
    """The practice in one folder. Every method writes at once what it is told."""

    def __init__(self, folder: Path, facts: Sequence[Facts], clock: Now = now) -> None:
        """folder: where the log is kept. facts: what is known of every exercise."""
        self.log = Log(folder / FILE)
        self._facts = tuple(facts)
        self._now = clock

    def picture(self) -> Picture:
        """What is known now."""
        return Picture(tuple(self.log.events()), self._facts, self._now())

    def begin(self, id: str, bare: int = 0, mode: str = "practice", mock: str | None = None) -> str:
        """A new round; one of the same exercise and mode that was open is left. Gives its name."""
        before = open_round(self.picture().rounds, id, mode)
        if before is not None:
            self.end(before.id, LEFT)
        facts = {"exercise": id, "bare": bare, "mode": mode, "mock": mock}
        return self._add("began", **facts).id

    def ran(self, round: str, report: Report, digest: str = "") -> None:
        """A verdict on the round's file."""
        fault = report.faults[0] if report.faults else None
        self._add(
            "ran",
            round=round,
            exercise=report.exercise,
            verdict=report.verdict,
            check=fault.name if fault else None,
            mistake=fault.mistake if fault else None,
            held=sum(check.outcome == "passed" for check in report.checks),
            of=len(report.checks),
            digest=digest,
        )

    def hinted(self, round: str, level: int) -> None:
        """The learner was shown a hint."""
        self._add("hinted", round=round, level=level)

    def pause(self, round: str) -> None:
        """The clock stops."""
        self._add("paused", round=round)

    def resume(self, round: str) -> None:
        """The clock goes on, after a pause or after the program had been left."""
        self._add("resumed", round=round)

    def end(self, round: str, outcome: str) -> None:
        """The round is over: `PASSED`, `GAVE_UP` or `LEFT`."""
        self._add("ended", round=round, outcome=outcome)

    def rate(self, round: str, rating: int) -> None:
        """What the learner says it was worth: 1 again, 2 hard, 3 good, 4 easy."""
        if rating not in (1, 2, 3, 4):
            raise ValueError(
                f"A rating is 1 (again), 2 (hard), 3 (good) or 4 (easy), not {rating}."
            )
        self._add("rated", round=round, rating=rating)

    def set_goal(self, goal: Goal) -> None:
        """An interview on a date, with so many minutes a day until then."""
        facts = {"date": goal.date.isoformat(), "minutes": goal.minutes, "focus": [*goal.focus]}
        self._add("planned", **facts)

    def _add(self, kind: str, **facts: Any) -> Event:
        return self.log.add(kind, self._now(), **facts)
