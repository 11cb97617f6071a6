"""How well an exercise is remembered, by FSRS on the real history.

Source: Ye, Su and Cao 2022, A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition
Scheduling, https://doi.org/10.1145/3534678.3539081
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsrs import Card as Trace
from fsrs import Rating, Scheduler

from grader.coach.history import GAVE_UP, Round

FIRM = 14.0  # days of stability from which an exercise counts as firmly known
BARE = (3.0, 10.0)  # days of stability from which the statement fades, once and twice
EASY, LATE = 0.6, 1.25  # shares of the interview minutes
SOON = timedelta(hours=12)  # what falls due so soon is due, also past midnight


def scheduler() -> Scheduler:
    """FSRS without steps within a day: typing an exercise again after ten minutes teaches little.

    No fuzz: the same history gives the same dates.
    """
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def rating(round: Round, minutes: int) -> Rating | None:
    """What a round is worth; None where it was neither passed nor given up.

    Easy: quick, without hints, within two runs. Good: within time and a quarter, one hint at most.
    Hard: passed all the same. Again: given up. The learner's own rating goes before all this.
    """
    if not round.passed and round.outcome != GAVE_UP:
        return None
    if round.said is not None:
        return Rating(round.said)
    if not round.passed:
        return Rating.Again
    share = round.seconds / (60 * minutes)
    if share <= EASY and round.hints == 0 and len(round.runs) <= 2 and round.mode != "free":
        return Rating.Easy
    return Rating.Good if share <= LATE and round.hints <= 1 else Rating.Hard


@dataclass(frozen=True)
class State:
    """What is known of one exercise."""

    memory: Trace | None = None  # None where it was never passed nor given up
    passes: int = 0
    best_seconds: float | None = None
    last_rating: Rating | None = None

    @property
    def due(self) -> datetime | None:
        return self.memory.due if self.memory else None

    @property
    def stability(self) -> float:
        """Days after which the chance to still know it has fallen to 90 %."""
        return (self.memory.stability or 0.0) if self.memory else 0.0

    def is_due(self, now: datetime) -> bool:
        """Whether its turn is today: one sitting a day is the rule, late or early."""
        if self.due is None:
            return False
        return self.due <= now + SOON or self.due.astimezone().date() <= now.astimezone().date()

    def recall(self, now: datetime) -> float:
        """The chance that it would be written right now, by FSRS; 0 where it never was."""
        return scheduler().get_card_retrievability(self.memory, now) if self.memory else 0.0

    @property
    def level(self) -> str:
        """One word on it: new, learning, known or firm."""
        if not self.passes:
            return "new" if self.memory is None else "learning"
        return (
            "firm"
            if self.stability >= FIRM
            else "known"
            if self.stability >= BARE[0]
            else "learning"
        )

    @property
    def bare(self) -> int:
        """How bare the next repetition is: 0 full statement, 1 signature, 2 one sentence."""
        if not self.passes or self.last_rating == Rating.Again:
            return 0
        return sum(self.stability >= days for days in BARE)


def states(rounds: Iterable[Round], minutes: dict[str, int], now: datetime) -> dict[str, State]:
    """The state of every exercise that was practised; `minutes` are the interview's, by id.

    What a wrong clock put into the future counts as done now.
    """
    found: dict[str, State] = {}
    ended = [r for r in rounds if r.exercise in minutes]
    for round in sorted(ended, key=lambda r: r.last):
        rated = rating(round, minutes[round.exercise])
        if rated is not None:
            state = found.get(round.exercise, State())
            found[round.exercise] = after(state, rated, min(round.last, now), round)
    return found


def after(state: State, rated: Rating, at: datetime, round: Round | None = None) -> State:
    """The state after a review with that rating."""
    memory, _ = scheduler().review_card(state.memory or Trace(card_id=0, due=at), rated, at)
    passed = rated != Rating.Again
    best = state.best_seconds
    if round is not None and round.passed and round.mode != "free":
        best = min(best or round.seconds, round.seconds)
    return State(memory, state.passes + passed, best, rated)
