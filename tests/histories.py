"""Simulated practice: exercises, a clock that the test moves, and weeks of rounds."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from grader.coach.plan import Goal
from grader.coach.practice import Practice
from grader.report import Check, Report

T0 = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """An exercise, as far as the coach knows one."""

    id: str
    tier: str = "A"
    level: int = 1
    minutes: int = 10
    needs: tuple[str, ...] = ()

    @property
    def track(self) -> str:
        return self.id.split("/")[0]


FACTS = (
    Fact("attention/scaled"),
    Fact("attention/causal", minutes=12, needs=("attention/scaled",)),
    Fact("attention/multi_head", "B", 2, 20, ("attention/causal",)),
    Fact("decoding/greedy"),
    Fact("decoding/top_k", "B", minutes=8),
    Fact("training/adamw", minutes=20),
    Fact("training/clip_grad", "B", minutes=8),
)


class Clock:
    """A clock that the test moves."""

    def __init__(self, at: datetime = T0) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now

    def go(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class Learner:
    """Someone who practises in a folder, at times of the test's own."""

    def __init__(self, folder: Path, facts: tuple[Fact, ...] = FACTS) -> None:
        self.clock = Clock()
        self.practice = Practice(folder, facts, self.clock)

    def does(
        self,
        id: str,
        *verdicts: str,
        minutes: float = 8,
        outcome: str | None = "passed",
        hints: int = 0,
        check: str = "a_law",
        mistake: str | None = None,
        mode: str = "practice",
    ) -> str:
        """One round, its runs evenly over the minutes; gives its name."""
        name = self.practice.begin(id, mode=mode)
        for verdict in verdicts:
            self.clock.go(minutes=minutes / len(verdicts))
            self.practice.ran(name, report(id, verdict, check, mistake))
        if hints:
            self.practice.hinted(name, hints)
        if outcome:
            self.practice.end(name, outcome)
        return name

    def weeks(self) -> None:
        """Three weeks of practice with passes, give-ups, hints and a plan."""
        go, at = self.clock.go, self.does
        at("attention/scaled", "failed", "failed", "passed", minutes=14, mistake="scale_by_d")
        go(days=1)
        at("attention/scaled", "missing", "failed", "passed", minutes=9, mistake="scale_by_d")
        at("decoding/greedy", "error", "timeout", outcome="gave up", minutes=16)
        go(days=1)
        at("decoding/greedy", "broken", "passed", minutes=11, hints=2)
        self.practice.set_goal(Goal(date(2026, 4, 1), 30, ("attention",)))
        go(days=3)
        at("attention/causal", "failed", "passed", minutes=25, mistake="top_left_aligned")
        at("attention/scaled", "passed", minutes=5)
        go(days=8)
        at("attention/causal", "failed", "passed", minutes=13, mistake="top_left_aligned")
        at("decoding/greedy", "passed", minutes=6)
        go(days=2)
        at("training/adamw", "shortcut", "crashed", "passed", minutes=22, check="first_step")
        at("attention/scaled", "passed", minutes=5, mode="free")
        go(days=1)
        at("decoding/top_k", "failed", outcome=None, minutes=3)
        go(hours=1)


def report(id: str, verdict: str, check: str = "a_law", mistake: str | None = None) -> Report:
    """A verdict in which one law holds and, unless it is a pass, another does not."""
    checks = (Check("holds", "passed"), Check(check, verdict, mistake=mistake))
    return Report(id, "f.py", verdict, checks, 0.1)


@contextlib.contextmanager
def greenwich() -> Iterator[None]:
    """Days end at midnight in Greenwich, wherever the tests run."""
    tzset = getattr(time, "tzset", lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        tzset()
        yield
    tzset()
