"""Mock interviews as the log tells them: what was asked, when each run was, how much time is left.

Kinds of events and their facts, besides those of the rounds (see `history`), which carry the mock:
    mock_began  format, minutes, tracks, runs, exercises (a list of ids for each part), seed,
                folder, editor, sealed, ai_allowed, doctor
    mock_ran    mock, round, faults, laws: all that a run broke, and the names of what held, written
                just before its `ran`
    mock_kept   mock, round, digest: the source that was there at the end, where it was not graded
    ticked      round: someone is there, once a minute, so that a kill costs a minute at most
    mock_asked  mock, exercise, question, covered
    mock_ended  mock, outcome ("finished", "time was up" or "ended early"), doctor
A mock is named by the id of its `mock_began`. Facts that are missing count as None.

The clock of a part begins with its first exercise and goes on between two of them. It stands still
between parts, and from the last sign of life to a `resumed`, when nobody was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grader.coach.event import Event
from grader.coach.history import AWAY
from grader.coach.terms import Terms, names, number, text

FINISHED, TIME_UP, EARLY = "finished", "time was up", "ended early"


@dataclass(frozen=True)
class Fault:
    """A check that a run broke."""

    check: str
    outcome: str
    mistake: str | None = None
    says: str = ""


@dataclass(frozen=True)
class Run:
    """One grading.

    at: in seconds of the part's clock. faults: in the order in which the checks ran.
    laws: the names of those that held. held, of: how many did, of how many.
    """

    at: float
    verdict: str
    faults: tuple[Fault, ...] = ()
    laws: tuple[str, ...] = ()
    held: int = 0
    of: int = 0
    digest: str = ""

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"


@dataclass
class Turn:
    """One exercise of a mock, from when it was opened. Times are in seconds of the part's clock."""

    round: str
    exercise: str
    part: int
    opened: float
    twist_of: str | None = None
    runs: list[Run] = field(default_factory=list)
    closed: float | None = None  # None while it is open
    outcome: str | None = None
    ungraded: str = ""  # the digest of what was there at the end, where that was not graded

    @property
    def first_pass(self) -> float | None:
        """Seconds from its opening to the first pass."""
        return next((run.at - self.opened for run in self.runs if run.passed), None)

    @property
    def passed(self) -> bool:
        return self.first_pass is not None

    @property
    def digest(self) -> str:
        """Of the source that was there at the end."""
        return self.ungraded or (self.runs[-1].digest if self.runs else "")


@dataclass(frozen=True)
class Asked:
    """A question that was asked aloud, and whether the answer covered what it should."""

    exercise: str
    question: str
    covered: bool


@dataclass(frozen=True)
class Gap:
    """A time when nobody was there: since a second of a part's clock, for so many seconds."""

    part: int
    at: float
    seconds: float


@dataclass
class Mock:
    """One mock interview, as far as it went."""

    id: str
    began: datetime
    terms: Terms
    turns: list[Turn] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)  # seconds of each part that was begun
    outcome: str | None = None  # None while it runs
    ended: datetime | None = None
    doctor_at_end: str = ""
    _last: datetime | None = None
    _here: bool = True
    _told: tuple[tuple[Fault, ...], tuple[str, ...]] = ((), ())  # of a run whose verdict follows

    @property
    def part(self) -> int:
        """The number of the part that was begun last, from 0."""
        return max(0, len(self.spent) - 1)

    @property
    def turn(self) -> Turn | None:
        """The exercise that is open."""
        return self.turns[-1] if self.turns and self.turns[-1].closed is None else None

    @property
    def last(self) -> datetime:
        """When the clock last was moved: the last sign of life."""
        return self._last or self.began

    @property
    def here(self) -> bool:
        """Whether someone is there, as far as the log tells, and the clock runs."""
        return self._here

    @property
    def seconds(self) -> float:
        """How long a part is."""
        return 60.0 * self.terms.minutes

    def unopened(self, part: int) -> list[str]:
        """What was drawn for a part and not opened."""
        opened = {turn.exercise for turn in self.turns}
        return [id for id in self.terms.exercises[part] if id not in opened]

    def used(self, now: datetime) -> float:
        """Seconds of this part's clock, if someone has been there since the last event."""
        if not self.spent:
            return 0.0
        return self.spent[-1] + (self._gone(now) if self._here and self.outcome is None else 0.0)

    def left(self, now: datetime) -> float:
        """Seconds until this part is over; 0 when it is."""
        return max(0.0, self.seconds - self.used(now))

    def runs_left(self, turn: Turn) -> int | None:
        """How many gradings an exercise may still have; None for any number."""
        return None if self.terms.runs is None else max(0, self.terms.runs - len(turn.runs))

    def take(self, event: Event) -> None:
        """Let an event of this mock have its effect."""
        if self.outcome is not None:
            return
        facts = event.facts
        if event.kind == "mock_asked":
            said = (text(facts.get("exercise")), text(facts.get("question")))
            self.asked.append(Asked(*said, facts.get("covered") is True))
        elif event.kind == "mock_ended":
            self.outcome, self.ended = text(facts.get("outcome")), event.at
            self.doctor_at_end = text(facts.get("doctor"))
        elif event.kind == "began":
            self._open(event)
        elif self.turns:
            self._pass_time(event)
            self._work(event)

    def _open(self, event: Event) -> None:
        exercise = text(event.facts.get("exercise"))
        home = [n for n, part in enumerate(self.terms.exercises) if exercise in part]
        part = home[0] if home else self.part
        if part >= len(self.spent):
            self.spent += [0.0] * (part + 1 - len(self.spent))
            self._last, self._here = event.at, True
        self._pass_time(event)
        before = self.turns[-1] if self.turns else None
        if before is not None and before.closed is None:
            before.closed = self.spent[-1]
        twist_of = before.exercise if before and not home else None
        self.turns.append(Turn(event.id, exercise, self.part, self.spent[-1], twist_of))

    def _work(self, event: Event) -> None:
        """An event of the last turn; what an earlier one still tells only moves the clock."""
        turn, facts, clock = self.turns[-1], event.facts, self.spent[-1]
        if facts.get("round") != turn.round or turn.closed is not None:
            return
        if event.kind == "mock_ran":
            self._told = tuple(_faults(facts.get("faults"))), names(facts.get("laws"))
        elif event.kind == "ran":
            faults, laws = self._told
            faults = faults or tuple(_first_fault(facts))
            counts = (number(facts.get("held")), number(facts.get("of")))
            digest = text(facts.get("digest"))
            turn.runs.append(Run(clock, text(facts.get("verdict")), faults, laws, *counts, digest))
            self._told = (), ()
        elif event.kind == "mock_kept":
            turn.ungraded = text(facts.get("digest"))
        elif event.kind == "ended":
            turn.closed, turn.outcome = clock, text(facts.get("outcome"))

    def _pass_time(self, event: Event) -> None:
        """Move the clock to an event. Someone who goes on was away since the last one."""
        assert self._last is not None
        away = (event.at - self._last).total_seconds()
        if event.kind == "resumed":
            self.gaps.append(Gap(self.part, self.spent[-1], max(0.0, away)))
        elif self._here:
            self.spent[-1] += self._gone(event.at)
        self._last, self._here = event.at, event.kind != "paused"

    def _gone(self, now: datetime) -> float:
        """Seconds at work since the last event: none where a clock jumped or someone was away."""
        assert self._last is not None
        gone = (now - self._last).total_seconds()
        return gone if 0 < gone < AWAY else 0.0


def mocks(events: Iterable[Event]) -> list[Mock]:
    """All mock interviews, in order of their beginning."""
    found: dict[str, Mock] = {}
    by_round: dict[str, Mock] = {}
    for event in events:
        facts = event.facts
        if event.kind == "mock_began":
            found.update((mock.id, mock) for mock in _begun(event))
            continue
        of = by_round.get(str(facts.get("round"))) or found.get(str(facts.get("mock")))
        if of is None:
            continue
        if event.kind == "began":
            by_round[event.id] = of
        of.take(event)
    return list(found.values())


def running(events: Iterable[Event]) -> Mock | None:
    """The mock that was begun and not ended, the last of them."""
    return next((mock for mock in reversed(mocks(events)) if mock.outcome is None), None)


def locks(events: Iterable[Event], id: str) -> bool:
    """Whether a running mock keeps an exercise's hints and reference locked.

    That is so for every exercise of its tracks: were it so for the drawn ones only, trying would
    tell which they are.
    """
    found = running(events)
    return found is not None and (not found.terms.tracks or id.split("/")[0] in found.terms.tracks)


def _begun(event: Event) -> Iterator[Mock]:
    try:
        yield Mock(event.id, event.at, Terms.from_facts(event.facts))
    except (LookupError, TypeError, ValueError):
        return


def _faults(found: Any) -> Iterator[Fault]:
    """Faults as they are written down; what is none is left out."""
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and text(one.get("check")):
            told = (text(one.get(name)) for name in ("check", "outcome", "mistake", "says"))
            check, outcome, mistake, says = told
            yield Fault(check, outcome, mistake or None, says)


def _first_fault(facts: dict[str, Any]) -> Iterator[Fault]:
    """What `ran` itself tells, where a kill came before all of it was written."""
    if text(facts.get("check")):
        mistake = text(facts.get("mistake")) or None
        yield Fault(text(facts["check"]), text(facts.get("verdict")), mistake)
