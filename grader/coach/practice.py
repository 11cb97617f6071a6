"""One learner's practice: what was done, what it comes to, and writing down what happens now."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from grader.coach.event import Event, digest_of
from grader.coach.history import FREE, GAVE_UP, LEFT, PASSED, PRACTICE, Round, open_round, rounds
from grader.coach.log import FILE, Log
from grader.coach.memory import State, states
from grader.coach.plan import Goal, Plan, plan
from grader.coach.queue import Facts, Item, due
from grader.report import Report

CLOCK = "UNAIDED_NOW"  # for tests: what the clock shows when the program starts, in ISO 8601
RESTS = timedelta(hours=12)  # after a pass, in which changes to the file are no new round
_STARTED = time.monotonic()


class Now(Protocol):
    def __call__(self) -> datetime: ...


def now() -> datetime:
    """The time, in UTC."""
    given = os.environ.get(CLOCK)
    if given is None:
        return datetime.now(UTC)
    passed = timedelta(seconds=time.monotonic() - _STARTED)
    return datetime.fromisoformat(given).astimezone(UTC) + passed


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
        return states(self.rounds, {fact.id: fact.minutes for fact in self.facts}, self.at)

    @property
    def goal(self) -> Goal | None:
        """What the learner last said of an interview, unless it is over.

        Last by date: an import adds what was said before elsewhere. A date to come is a wrong one.
        """
        wrong = self.at + timedelta(days=1)
        said = [event for event in self.events if event.kind == "planned"]
        said.sort(key=lambda event: (event.at < wrong, event.at))
        goal = _goal(said[-1].facts) if said else None
        return goal if goal and goal.date >= self.at.astimezone().date() else None

    def open(self, id: str, mode: str = PRACTICE) -> Round | None:
        """The round of an exercise that was begun and not ended."""
        return open_round(self.rounds, id, mode)

    def due(self, focus: Sequence[str] = ()) -> list[Item]:
        """What could be done now, in order."""
        opened = [f.id for f in self.facts if self.open(f.id)]
        wanted = focus or (self.goal.focus if self.goal else ())
        return due(self.facts, self.states, self.at, opened, wanted)

    def plan(self) -> Plan | None:
        """The plan up to the interview, made anew from what was done so far."""
        if not self.goal:
            return None
        return plan(self.facts, self.states, self.goal, self.at, self.minutes_today)

    @property
    def done_today(self) -> list[Round]:
        """The rounds that were passed or given up today, by the clock on the wall."""
        today = self.at.astimezone().date()
        ended = [r for r in self.rounds if r.outcome in (PASSED, GAVE_UP)]
        return [r for r in ended if r.last.astimezone().date() == today]

    @property
    def minutes_today(self) -> int:
        """The interview minutes of what was done today."""
        minutes = {fact.id: fact.minutes for fact in self.facts}
        return sum(minutes.get(r.exercise, 0) for r in self.done_today)

    def today(self, most: int = 5) -> list[Item]:
        """What to do today: the plan's first day where there is one, else what comes first."""
        found = self.plan()
        if found is not None and found.days:
            opened = [item for item in self.due() if item.kind == "open"]
            ids = {item.id for item in opened}
            return opened + [item for item in found.days[0].items if item.id not in ids]
        return self.due()[:most]

    def hinted(self, id: str) -> int:
        """How many hints were shown in the open round of an exercise."""
        found = self.open(id) or self.open(id, FREE)
        return found.hints if found else 0


def _goal(facts: dict[str, Any]) -> Goal | None:
    try:
        day = date.fromisoformat(facts["date"])
        return Goal(day, int(facts["minutes"]), tuple(map(str, facts["focus"])))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


class Practice:
    """The practice of one learner. Every method writes at once what it is told.

    Every method raises `log.Unwritable` where the history cannot be used.
    """

    def __init__(self, folder: Path, facts: Sequence[Facts], clock: Now = now) -> None:
        """folder: where the log is kept. facts: what is known of every exercise."""
        self.log = Log(folder / FILE)
        self._facts = tuple(facts)
        self._now = clock

    def time(self) -> datetime:
        """What the clock shows."""
        return self._now()

    def picture(self) -> Picture:
        """What is known now."""
        return Picture(tuple(self.log.events()), self._facts, self._now())

    def begin(self, id: str, bare: int = 0, mode: str = PRACTICE, mock: str | None = None) -> str:
        """A new round; one of the same exercise and mode that was open is left. Gives its name."""
        found = self.picture().rounds
        for other in {mode, FREE}:
            before = open_round(found, id, other)
            if before is not None:
                self.end(before.id, LEFT)
        return self._add("began", exercise=id, bare=bare, mode=mode, mock=mock).id

    def ran(self, round: str, report: Report, text: str = "") -> None:
        """A verdict on the round's file, whose text is kept."""
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
            digest=self.log.keep(text) if text else "",
        )

    def graded(self, report: Report, text: str) -> None:
        """A verdict that was asked for outside the loop, on a whole file of the learner's.

        It counts to the round that is open; else to a new one without a clock. No round begins
        with a file that is still the stub, nor soon after a pass: what is polished then is not
        written from memory.
        """
        picture = self.picture()
        id = report.exercise
        found = picture.open(id) or picture.open(id, FREE)
        if found is None:
            if report.verdict == "missing" or _rests(picture, id, text):
                return
            found_id = self.begin(id, mode=FREE)
        else:
            found_id = found.id
        self.ran(found_id, report, text)
        if report.passed:
            self.end(found_id, PASSED)

    def hinted(self, round: str, level: int) -> None:
        """The learner was shown a hint."""
        self._add("hinted", round=round, level=level)

    def helped(self, id: str, level: int) -> None:
        """The learner was shown a hint outside the loop."""
        picture = self.picture()
        found = picture.open(id) or picture.open(id, FREE)
        self.hinted(found.id if found else self.begin(id, mode=FREE), level)

    def gave_up(self, id: str) -> None:
        """The learner asked for the solution, outside the loop, before a pass."""
        picture = self.picture()
        found = picture.open(id) or picture.open(id, FREE)
        if found is not None:
            self.end(found.id, GAVE_UP)
        elif id not in picture.states:
            self.end(self.begin(id, mode=FREE), GAVE_UP)

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

    def forget_goal(self) -> None:
        """There is no interview to plan for."""
        self._add("planned", date=None)

    def _add(self, kind: str, **facts: Any) -> Event:
        return self.log.add(kind, self._now(), **facts)


def _rests(picture: Picture, id: str, text: str) -> bool:
    """Whether a file is that of an earlier pass, or one that was passed just now, polished."""
    passes = [r for r in picture.rounds if r.exercise == id and r.passed]
    known = {run.digest for r in passes for run in r.runs if run.verdict == "passed"}
    return digest_of(text) in known or any(abs(picture.at - r.last) < RESTS for r in passes)
