"""A mock interview that goes on: what comes next, and writing down what happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from grader.coach.draw import HURRIED, twist
from grader.coach.history import GAVE_UP, LEFT, MOCK, PASSED
from grader.coach.memory import State
from grader.coach.mock import FINISHED, TIME_UP, Fault, Mock, Turn, mocks
from grader.coach.practice import Practice
from grader.coach.queue import Facts
from grader.coach.terms import Terms
from grader.report import Report

WRITE, BELL, OPEN, BREAK, ASK, OVER = "write", "bell", "open", "break", "ask", "over"
TENTH, SHORT = 10 * 60, 2 * 60  # seconds before the end at which the clock warns
MINUTE = 60.0
SAYS = 300  # letters of what a check says that are written down


@dataclass(frozen=True)
class Step:
    """What comes next.

    kind: `WRITE` the exercise that is open; `BELL`: time is up and it is to be closed; `OPEN` the
    next exercise; `BREAK`, then open the first of the next part; `ASK` the questions; `OVER`.
    """

    kind: str
    exercise: str = ""
    twist_of: str | None = None


def step(mock: Mock, facts: Sequence[Facts], states: dict[str, State], now: datetime) -> Step:
    """What comes next in a mock."""
    if mock.outcome is not None:
        return Step(OVER)
    if mock.turn is not None:
        return Step(WRITE if mock.left(now) else BELL, mock.turn.exercise)
    if not mock.turns:
        return Step(OPEN, mock.unopened(0)[0])
    if mock.left(now):
        rung = _early_twist(mock, facts, states, now)
        if rung is not None:
            return Step(OPEN, rung.id, mock.turns[-1].exercise)
        if mock.unopened(mock.part):
            return Step(OPEN, mock.unopened(mock.part)[0])
    following = mock.part + 1
    if following < len(mock.terms.exercises):
        return Step(BREAK, mock.unopened(following)[0])
    return Step(ASK)


def _early_twist(
    mock: Mock, facts: Sequence[Facts], states: dict[str, State], now: datetime
) -> Facts | None:
    """What an early pass is followed by, if the time for what was drawn allows it."""
    minutes = {fact.id: fact.minutes for fact in facts}
    last = mock.turns[-1]
    took, due = last.first_pass, 60.0 * minutes.get(last.exercise, 0)
    if took is None or took > due:
        return None
    seen = {turn.exercise for turn in mock.turns}
    seen |= {id for part in mock.terms.exercises for id in part}
    rung = twist(facts, states, last.exercise, seen)
    needed = sum(minutes.get(id, 0) for id in mock.unopened(mock.part))
    needed_with = 60 * (needed + HURRIED * rung.minutes) if rung else 0
    return rung if mock.left(now) >= needed_with else None


def warning(left: float, minutes: int) -> str:
    """What the clock says that a part of so many minutes has `left` seconds; mostly nothing."""
    if left <= 0:
        return "Time is up."
    if left <= SHORT < 60 * minutes:
        return "Two minutes are left."
    if left <= TENTH < 60 * minutes:
        return "Ten minutes are left."
    if left <= 30 * minutes:
        return "Half of the time is over."
    return ""


def outcome_of(turn: Turn, minutes: int, terms: Terms, how: str) -> str:
    """How the round of an exercise ends. `how`: "submitted", "bell" or "early".

    What is submitted without a pass, or not passed at the bell although it had its minutes, was
    not known. What had no fair time tells nothing, nor does anything written with AI.
    """
    if terms.ai_allowed:
        return LEFT
    if turn.passed:
        return PASSED
    had = (turn.closed or 0.0) - turn.opened
    return GAVE_UP if how == "submitted" or (how == "bell" and had >= 60 * minutes) else LEFT


def ending(mock: Mock) -> str:
    """How a mock ended of which all was done: in time, or with a part's time up."""
    return TIME_UP if any(spent >= mock.seconds for spent in mock.spent) else FINISHED


class Interview:
    """One mock interview of a practice, while it runs. Every method writes at once.

    Another terminal may go on with the same interview, or end it. So what is to be done is looked
    at anew before it is done, and what is done already is left.
    """

    def __init__(self, practice: Practice, id: str) -> None:
        self._practice = practice
        self.id = id
        self.mock = self._folded()

    @classmethod
    def begin(cls, practice: Practice, terms: Terms) -> Interview:
        """A new one; its clock begins with its first exercise."""
        event = practice.log.add("mock_began", practice.time(), **terms.to_facts())
        return cls(practice, event.id)

    @property
    def now(self) -> datetime:
        return self._practice.time()

    @property
    def left(self) -> float:
        """Seconds until this part is over."""
        return self.mock.left(self.now)

    @property
    def over(self) -> float:
        """Seconds since this part's time was up; 0 while it is not."""
        return max(0.0, self.mock.used(self.now) - self.mock.seconds)

    def step(self) -> Step:
        """What comes next."""
        self.mock = self._folded()
        picture = self._practice.picture()
        return step(self.mock, picture.facts, picture.states, self.now)

    def open(self, exercise: str) -> None:
        """Begin with an exercise."""
        self.mock = self._folded()
        if self.mock.turn is None and self.mock.outcome is None:
            self._practice.begin(exercise, mode=MOCK, mock=self.id)
        self.mock = self._folded()

    def ran(self, report: Report, text: str) -> None:
        """A verdict on the exercise that is open; with a pass it is over."""
        turn = self._open_turn()
        if turn is None:
            return
        found = [Fault(c.name, c.outcome, c.mistake, _brief(c.says)) for c in report.faults]
        faults = [asdict(fault) for fault in found]
        laws = [check.name for check in report.checks if check.outcome == "passed"]
        self._add("mock_ran", round=turn.round, faults=faults, laws=laws)
        self._practice.ran(turn.round, report, text)
        self.mock = self._folded()
        if report.passed:
            self.close("submitted")

    def close(self, how: str, text: str = "") -> None:
        """End the exercise that is open; see `outcome_of`. text: what is there and not graded."""
        turn, clock = self._open_turn(), self.mock.used(self.now)
        if turn is None:
            return
        if text:
            self._add("mock_kept", round=turn.round, digest=self._practice.log.keep(text))
        had = Turn(turn.round, turn.exercise, turn.part, turn.opened, None, turn.runs, clock)
        outcome = outcome_of(had, self._minutes(turn.exercise), self.mock.terms, how)
        self._practice.end(turn.round, outcome)
        self.mock = self._folded()

    def tick(self) -> None:
        """Someone is there; writes it down once a minute."""
        if self.mock.turns and (self.now - self.mock.last).total_seconds() >= MINUTE:
            self._add("ticked", round=self.mock.turns[-1].round)
            self.mock = self._folded()

    def leave(self) -> None:
        """The clock stops until someone goes on."""
        if self.mock.turns and self.step().kind in (WRITE, OPEN):
            self._practice.pause(self.mock.turns[-1].round)
            self.mock = self._folded()

    def resume(self) -> None:
        """The clock goes on: since the last sign of life nobody was there."""
        picture = self._practice.picture()
        then = step(self.mock, picture.facts, picture.states, self.mock.last)
        if self.mock.turns and then.kind in (WRITE, OPEN):
            self._practice.resume(self.mock.turns[-1].round)
            self.mock = self._folded()

    def asked(self, exercise: str, question: str, covered: bool) -> None:
        """A question was asked aloud and answered."""
        self._add("mock_asked", exercise=exercise, question=question, covered=covered)
        self.mock = self._folded()

    def end(self, outcome: str, doctor: str) -> None:
        """It is over: `FINISHED`, `TIME_UP` or `EARLY`."""
        self.mock = self._folded()
        if self.mock.outcome is None:
            self._add("mock_ended", outcome=outcome, doctor=doctor)
        self.mock = self._folded()

    def source(self, digest: str) -> str | None:
        """The text that was kept under a digest."""
        return self._practice.log.source(digest)

    def _open_turn(self) -> Turn | None:
        self.mock = self._folded()
        return self.mock.turn if self.mock.outcome is None else None

    def _minutes(self, exercise: str) -> int:
        facts = self._practice.picture().facts
        return next((fact.minutes for fact in facts if fact.id == exercise), 0)

    def _add(self, kind: str, **facts: Any) -> None:
        self._practice.log.add(kind, self.now, mock=self.id, **facts)

    def _folded(self) -> Mock:
        return next(m for m in mocks(self._practice.log.events()) if m.id == self.id)


def _brief(says: str) -> str:
    """The first sentence or two of what a check found."""
    text = " ".join(says.split("\n")[:1])
    return text if len(text) <= SAYS else text[: SAYS - 1] + "…"
