"""How the practice goes, in numbers: what `drill status` and `drill report` show.

Everything is computed from a `Picture`. Days are those of the learner's own time zone.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, median

from grader.coach.history import FREE, GAVE_UP, PASSED, Round, Run
from grader.coach.memory import State
from grader.coach.plan import Goal, wanted
from grader.coach.practice import Picture
from grader.coach.queue import Item

LEVELS = ("new", "learning", "known", "firm")
STRIP = 14  # days that the look back at active days covers
PACE = 10  # passes that the present pace is taken from
BINS = 60  # at most so many columns of attempts over time
AT_WORK = ("began", "ran", "hinted", "reviewed")  # events that make a day one of practice


@dataclass(frozen=True)
class Mastery:
    """How well a track is known: how many exercises are on each level."""

    track: str
    levels: dict[str, int]  # by the words of `LEVELS`
    recall: float | None  # mean chance over the practised ones; None where there is none

    @property
    def of(self) -> int:
        return sum(self.levels.values())

    @property
    def practised(self) -> int:
        return self.of - self.levels["new"]


@dataclass(frozen=True)
class Days:
    """On which days there was practice. A single day off does not end a run, two do."""

    strip: tuple[bool, ...]  # the last `STRIP` days, today last
    run: int  # days of practice in the run that is still going on; 0 for none
    last: date | None  # None before the first day


@dataclass(frozen=True)
class Timed:
    """A round that was passed or given up, beside the minutes that an interview gives."""

    exercise: str
    on: date
    repetition: int  # 1 for the first round of its exercise that came to such an end
    minutes: int
    seconds: float | None  # at work until it passed; None where it was given up

    @property
    def share(self) -> float | None:
        """The part of the interview's minutes that it took; more than 1 is too long."""
        return None if self.seconds is None else self.seconds / (60 * self.minutes)


@dataclass(frozen=True)
class Pace:
    """How quick the last passes were."""

    passes: int
    within: int  # of these, how many took no longer than an interview gives
    share: float  # median part of the interview's minutes


@dataclass(frozen=True)
class Attempts:
    """How many gradings a stretch of days had, by verdict."""

    first: date
    last: date
    verdicts: dict[str, int]


@dataclass(frozen=True)
class Recurring:
    """A law that was broken, or a mistake that was named, and how often."""

    name: str
    rounds: int  # in how many rounds, however often they were graded
    runs: int
    last: date
    exercises: tuple[str, ...]  # the one where it was seen last comes first


@dataclass(frozen=True)
class Coverage:
    """Ids of a track's exercises that belong to the plan, by what becomes of them."""

    track: str
    done: tuple[str, ...]  # passed at least once
    planned: tuple[str, ...]
    left_out: tuple[str, ...]  # no time for them before the interview


@dataclass(frozen=True)
class Progress:
    """All numbers at one moment."""

    at: datetime  # in the learner's time zone
    goal: Goal | None
    days: Days
    tracks: tuple[Mastery, ...]
    today: tuple[Item, ...]  # what to do today
    due: tuple[Item, ...]  # everything that could be done
    timed: tuple[Timed, ...]  # in order of time
    pace: Pace | None  # None before the first pass
    attempts: tuple[Attempts, ...]
    laws: tuple[Recurring, ...]
    mistakes: tuple[Recurring, ...]
    coverage: tuple[Coverage, ...]  # empty without a plan

    @classmethod
    def of(cls, picture: Picture) -> Progress:
        """Everything that a picture comes to."""
        at, rounds, found = picture.at.astimezone(), picture.rounds, timed(picture)
        return cls(
            at=at,
            goal=picture.goal,
            days=days((e.at for e in picture.events if e.kind in AT_WORK), at.date()),
            tracks=tuple(mastery(picture)),
            today=tuple(picture.today()),
            due=tuple(picture.due()),
            timed=tuple(found),
            pace=pace(found),
            attempts=tuple(attempts(rounds, at.date())),
            laws=tuple(recurring(rounds, lambda run: run.check)),
            mistakes=tuple(recurring(rounds, lambda run: run.mistake)),
            coverage=tuple(coverage(picture)),
        )


def local(at: datetime) -> date:
    """The day that a moment is on, where the learner is."""
    return at.astimezone().date()


def mastery(picture: Picture) -> list[Mastery]:
    """Every track, in the order of the exercises."""
    tracks: dict[str, list[State]] = {}
    for fact in picture.facts:
        tracks.setdefault(fact.track, []).append(picture.states.get(fact.id, State()))
    return [_mastery(track, states, picture.at) for track, states in tracks.items()]


def _mastery(track: str, states: list[State], at: datetime) -> Mastery:
    counts = Counter(state.level for state in states)
    chances = [state.recall(at) for state in states if state.memory is not None]
    levels = {level: counts[level] for level in LEVELS}
    return Mastery(track, levels, fmean(chances) if chances else None)


def days(moments: Iterable[datetime], today: date) -> Days:
    """Which days had practice, given the moments at which there was some."""
    active = {day for day in map(local, moments) if day <= today}
    strip = tuple(today - timedelta(days=ago) in active for ago in reversed(range(STRIP)))
    return Days(strip, _run(active, today), max(active, default=None))


def _run(active: set[date], today: date) -> int:
    """Days of practice going back from today, as far as no two days in a row are without.

    Today is not over yet, so it is never one that was missed.
    """
    run, before = 0, today + timedelta(days=1) if today in active else today
    for day in sorted(active, reverse=True):
        if (before - day).days > 2:
            break
        run, before = run + 1, day
    return run


def timed(picture: Picture) -> list[Timed]:
    """All rounds that count for time, in the order in which they ended.

    Free rounds do not: no clock was running. Exercises that are gone have no minutes.
    """
    minutes = {fact.id: fact.minutes for fact in picture.facts}
    count: Counter[str] = Counter()
    found = []
    for round in sorted(picture.rounds, key=lambda r: r.last):
        over = round.passed or round.outcome == GAVE_UP
        if over and round.mode != FREE and round.exercise in minutes:
            count[round.exercise] += 1
            found.append(_timed(round, count[round.exercise], minutes[round.exercise]))
    return found


def _timed(round: Round, repetition: int, minutes: int) -> Timed:
    passes = (run.seconds for run in round.runs if run.verdict == PASSED)
    seconds = next(passes, round.seconds) if round.passed else None
    return Timed(round.exercise, local(round.last), repetition, minutes, seconds)


def pace(rounds: Sequence[Timed]) -> Pace | None:
    """How quick the last passes were; None where there are none."""
    shares = [round.share for round in rounds if round.share is not None][-PACE:]
    if not shares:
        return None
    return Pace(len(shares), sum(share <= 1 for share in shares), median(shares))


def attempts(rounds: Iterable[Round], today: date) -> list[Attempts]:
    """Gradings over time in stretches of equal length: days, else weeks, else more."""
    runs = [(local(run.at), run.verdict) for round in rounds for run in round.runs]
    if not runs:
        return []
    first = min(today - timedelta(days=STRIP - 1), *(day for day, _ in runs))
    last = max(today, *(day for day, _ in runs))
    step = _step((last - first).days + 1)
    found: dict[int, Counter[str]] = {}
    for day, verdict in runs:
        found.setdefault((day - first).days // step, Counter())[verdict] += 1
    stretches = range((last - first).days // step + 1)
    return [_stretch(first, n * step, step, last, found.get(n, Counter())) for n in stretches]


def _step(length: int) -> int:
    """How many days go into one stretch."""
    steps = itertools.chain((1,), (int(7 * 4**n) for n in itertools.count()))
    return next(step for step in steps if -(-length // step) <= BINS)


def _stretch(first: date, ahead: int, step: int, end: date, counts: Counter[str]) -> Attempts:
    begins = first + timedelta(days=ahead)
    length = min(step - 1, (end - begins).days)
    return Attempts(begins, begins + timedelta(days=length), dict(counts))


def recurring(rounds: Iterable[Round], named: Callable[[Run], str | None]) -> list[Recurring]:
    """What `named` tells of runs, most rounds first, then what was seen last.

    Files that were not written yet, or that Python cannot read, broke no law.
    """
    found: dict[str, list[tuple[Round, Run]]] = {}
    for round in rounds:
        for run in round.runs:
            name = None if run.verdict in ("missing", "broken", PASSED) else named(run)
            if name is not None:
                found.setdefault(str(name), []).append((round, run))
    each = [_recurring(name, seen) for name, seen in found.items()]
    return sorted(each, key=lambda r: (-r.rounds, -r.last.toordinal(), r.name))


def _recurring(name: str, seen: list[tuple[Round, Run]]) -> Recurring:
    seen = sorted(seen, key=lambda pair: pair[1].at, reverse=True)
    exercises = tuple(dict.fromkeys(round.exercise for round, _ in seen))
    rounds = len({round.id for round, _ in seen})
    return Recurring(name, rounds, len(seen), local(seen[0][1].at), exercises)


def coverage(picture: Picture) -> list[Coverage]:
    """What becomes of every exercise that the plan is about, track by track."""
    goal, plan = picture.goal, picture.plan()
    if goal is None or plan is None:
        return []
    ahead = {item.id for day in plan.days for item in day.items}
    tracks: dict[str, tuple[list[str], list[str], list[str]]] = {}
    for fact in wanted(picture.facts, goal):
        state = picture.states.get(fact.id)
        fate = 0 if state and state.passes else 1 if fact.id in ahead else 2
        tracks.setdefault(fact.track, ([], [], []))[fate].append(fact.id)
    return [Coverage(track, *map(tuple, fates)) for track, fates in tracks.items()]
