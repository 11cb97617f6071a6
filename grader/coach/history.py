"""What the log tells: rounds of practice, each from a blank stub to a pass or its end.

Kinds of events and their facts:
    began     exercise, bare, mode, mock    mode: "practice", "mock", or "free" (without a clock)
    ran       exercise, round, verdict, check, mistake, held, of, digest (of the kept source)
    hinted    exercise, round, level
    paused, resumed    round
    ended     exercise, round, outcome ("passed", "gave up" or "left")
    rated     round, rating     what the learner says against the coach's rating
    reviewed  card, seconds, ticks, rating
    planned   date, minutes, focus
A round is named by the id of its `began`. Facts that are missing count as None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grader.coach.event import Event

PASSED, GAVE_UP, LEFT = "passed", "gave up", "left"
PRACTICE, MOCK, FREE = "practice", "mock", "free"
AWAY = 2 * 3600.0  # seconds without a sign of life after which nobody was there


@dataclass
class Run:
    """One grading of a file."""

    at: datetime
    verdict: str
    check: str | None = None
    mistake: str | None = None
    held: int = 0
    of: int = 0
    digest: str = ""
    seconds: float = 0.0  # at work in the round when it ran


@dataclass
class Round:
    """One go at an exercise."""

    id: str
    exercise: str
    began: datetime
    bare: int = 0
    mode: str = "practice"
    mock: str | None = None
    runs: list[Run] = field(default_factory=list)
    hints: int = 0
    outcome: str | None = None  # None while it is open
    said: int | None = None  # the learner's own rating
    seconds: float = 0.0  # at work, without pauses, up to the last event
    _since: datetime | None = None

    @property
    def last(self) -> datetime:
        """When it ended, or was last heard of."""
        return self._last

    @property
    def passed(self) -> bool:
        return self.outcome == PASSED

    def __post_init__(self) -> None:
        self._since = self._last = self.began

    def take(self, event: Event) -> None:
        """Let an event of this round have its effect."""
        # Between the last sign of life and going on nobody was there, paused or killed.
        if self._since is not None and event.kind != "resumed":
            gone = (event.at - self._since).total_seconds()
            self.seconds += gone if 0 < gone < AWAY else 0.0  # a clock may jump
        self._since = None if event.kind == "paused" else event.at
        self._last = max(self._last, event.at)
        facts = event.facts
        if event.kind == "ran":
            counts = (_count(facts.get("held")), _count(facts.get("of")))
            names = (facts.get("check"), facts.get("mistake"))
            digest = str(facts.get("digest") or "")
            verdict = str(facts.get("verdict"))
            self.runs.append(Run(event.at, verdict, *names, *counts, digest, self.seconds))
        elif event.kind == "hinted":
            self.hints = max(self.hints, _count(facts.get("level")))
        elif event.kind == "ended":
            self.outcome, self._since = str(facts.get("outcome")), None


def rounds(events: Iterable[Event]) -> list[Round]:
    """All rounds, in order of their beginning. The events come in the order of writing."""
    found: dict[str, Round] = {}
    for event in events:
        facts = event.facts
        if event.kind == "began" and isinstance(facts.get("exercise"), str):
            about: dict[str, Any] = {"bare": _count(facts.get("bare")), "mock": facts.get("mock")}
            mode = str(facts.get("mode") or "practice")
            found[event.id] = Round(event.id, facts["exercise"], event.at, mode=mode, **about)
        elif round := found.get(str(facts.get("round"))):
            if event.kind == "rated":
                rating = facts.get("rating")
                round.said = rating if rating in (1, 2, 3, 4) else None
            elif round.outcome is None:
                round.take(event)
    return list(found.values())


def open_round(found: list[Round], exercise: str, mode: str = "practice") -> Round | None:
    """The round of an exercise that was begun and not ended, if there is one.

    Another takes its place where it was written later and says so too: what an import adds is
    written later and may be older, and a clock may jump.
    """
    mine = [r for r in found if r.exercise == exercise and r.mode == mode]
    for place in reversed(range(len(mine))):
        replaced = any(other.began >= mine[place].began for other in mine[place + 1 :])
        if mine[place].outcome is None and not replaced:
            return mine[place]
    return None


def _count(value: object) -> int:
    """A number of the log; 0 for what is none, as another version may have written it."""
    return value if isinstance(value, int) else 0
