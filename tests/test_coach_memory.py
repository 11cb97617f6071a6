"""History, memory, what is due and plans: pure functions of the log, at times of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Rating

from grader.coach.history import rounds
from grader.coach.memory import State, after, rating, states
from grader.coach.plan import Goal, plan
from grader.coach.practice import Practice
from grader.coach.queue import in_turn
from grader.report import Check, Report

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    id: str
    tier: str = "A"
    level: int = 1
    minutes: int = 10
    needs: tuple[str, ...] = ()

    @property
    def track(self) -> str:
        return self.id.split("/")[0]


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> None:
        self.now += timedelta(**amount)


A, B, C = Fact("x/a"), Fact("x/b", needs=("x/a",)), Fact("y/c", tier="B", minutes=20)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def practice(tmp_path, time) -> Practice:
    return Practice(tmp_path, [A, B, C], time)


def report(verdict: str, exercise: str = "x/a") -> Report:
    checks = (Check("one", "passed"), Check("two", verdict, mistake="slip"))
    return Report(exercise, "f.py", verdict, checks, 0.1)


def did(practice, time, id="x/a", minutes=5.0, runs=1, hints=0, outcome="passed", bare=0) -> str:
    """One round from beginning to end."""
    name = practice.begin(id, bare)
    for level in range(1, hints + 1):
        practice.hinted(name, level)
    for run in range(runs):
        time.pass_(minutes=minutes / runs)
        last = outcome == "passed" and run == runs - 1
        practice.ran(name, report("passed" if last else "failed", id))
    practice.end(name, outcome)
    return name


def test_a_round_tells_its_runs_hints_and_time_at_work(practice, time):
    name = practice.begin("x/a", bare=1)
    time.pass_(minutes=4)
    practice.ran(name, report("failed"))
    practice.hinted(name, 2)
    practice.pause(name)
    time.pass_(hours=3)
    practice.resume(name)
    time.pass_(minutes=2)
    practice.ran(name, report("passed"))
    practice.end(name, "passed")
    (found,) = practice.picture().rounds
    assert (found.seconds, found.hints, found.bare, found.passed) == (360, 2, 1, True)
    assert [(r.verdict, r.mistake, r.held, r.of) for r in found.runs] == [
        ("failed", "slip", 1, 2),
        ("passed", None, 2, 2),
    ]


def test_time_away_after_a_kill_does_not_count(practice, time):
    name = practice.begin("x/a")
    time.pass_(minutes=3)
    practice.ran(name, report("failed"))
    time.pass_(days=2)  # killed; begun again later
    practice.resume(name)
    time.pass_(minutes=1)
    practice.ran(name, report("failed"))
    assert practice.picture().open("x/a").seconds == 240


def test_beginning_again_leaves_the_open_round(practice, time):
    first = practice.begin("x/a")
    time.pass_(minutes=1)
    second = practice.begin("x/a")
    found = {r.id: r.outcome for r in practice.picture().rounds}
    assert found == {first: "left", second: None}


def test_strange_events_change_nothing(practice):
    for facts in ({}, {"round": "nobody"}, {"exercise": 3}, {"round": None, "rating": 9}):
        for kind in ("began", "ran", "rated", "ended", "unheard_of"):
            practice.log.add(kind, T0, **facts)
    assert practice.picture().rounds == []


@pytest.mark.parametrize(
    ("about", "wanted"),
    [
        ({"minutes": 5}, Rating.Easy),
        ({"minutes": 5, "hints": 1}, Rating.Good),
        ({"minutes": 5, "runs": 3}, Rating.Good),
        ({"minutes": 12}, Rating.Good),
        ({"minutes": 13}, Rating.Hard),
        ({"minutes": 5, "hints": 2}, Rating.Hard),
        ({"outcome": "gave up"}, Rating.Again),
        ({"outcome": "left"}, None),
    ],
)
def test_ratings(practice, time, about, wanted):
    did(practice, time, **about)
    assert rating(practice.picture().rounds[0], A.minutes) == wanted


def test_the_learner_overrules_the_rating(practice, time):
    name = did(practice, time)
    before = practice.picture().states["x/a"].due
    practice.rate(name, 1)
    found = practice.picture().states["x/a"]
    assert found.last_rating == Rating.Again
    assert found.due < before
    with pytest.raises(ValueError, match="not 5"):
        practice.rate(name, 5)


def test_intervals_grow_and_the_statement_fades(practice, time):
    gaps, bares, levels = [], [], []
    for _ in range(4):
        state = practice.picture().states.get("x/a", State())
        bares.append(state.bare)
        levels.append(state.level)
        did(practice, time, minutes=10)
        state = practice.picture().states["x/a"]
        gaps.append(state.due - time.now)
        time.now = state.due
    assert gaps == sorted(gaps)
    assert gaps[0] <= timedelta(days=4)
    assert gaps[3] > timedelta(days=20)
    assert bares == sorted(bares)
    assert bares[0] == 0
    assert bares[-1] == 2
    assert levels[0] == "new"
    assert levels[-1] == "firm"
    did(practice, time, outcome="gave up")
    assert practice.picture().states["x/a"].bare == 0


def test_recall_falls_with_time(practice, time):
    did(practice, time)
    state = practice.picture().states["x/a"]
    chances = [state.recall(time.now + timedelta(days=d)) for d in (0, 3, 30, 300)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == pytest.approx(1.0, abs=0.01)
    assert State().recall(T0) == 0


def test_best_time_ignores_free_runs(practice, time):
    did(practice, time, minutes=9)
    did(practice, time, minutes=7)
    assert practice.picture().states["x/a"].best_seconds == 420


def test_new_ones_come_in_the_order_of_learning_the_tracks_in_turn():
    facts = [Fact("x/b", needs=("x/a",)), Fact("x/a"), Fact("y/a"), Fact("y/z", tier="B")]
    assert [f.id for f in in_turn(facts)] == ["x/a", "y/a", "x/b", "y/z"]
    circle = [Fact("x/a", needs=("x/b",)), Fact("x/b", needs=("x/a",))]
    assert {f.id for f in in_turn(circle)} == {"x/a", "x/b"}


def test_a_focus_has_more_turns():
    facts = [Fact(f"{track}/{n}") for track in "xyz" for n in range(3)]
    assert [f.track for f in in_turn(facts, ["z"])][:4] == ["z", "z", "x", "y"]


def test_due_open_ones_first_then_forgotten_ones_then_new(practice, time):
    did(practice, time, "x/a")
    time.pass_(days=30)
    practice.begin("y/c")
    items = practice.picture().due()
    assert [(i.id, i.kind) for i in items] == [("y/c", "open"), ("x/a", "again"), ("x/b", "new")]
    assert "days late" in items[1].why
    assert "builds on x/a" in items[2].why


def test_what_is_not_due_is_not_offered(practice, time):
    did(practice, time, "x/a")
    assert "x/a" not in [i.id for i in practice.picture().due()]


def many() -> list[Fact]:
    return [
        Fact(f"{track}/{n}", "AABBC"[n], 1 + n % 3, 15, (f"{track}/{n - 1}",) if n else ())
        for track in ("one", "two", "three")
        for n in range(5)
    ]


def planned(days: int, minutes: int, focus=(), known=None):
    goal = Goal(T0.date() + timedelta(days=days), minutes, focus)
    return plan(many(), known or {}, goal, T0)


def test_a_plan_keeps_the_budget_the_order_and_a_light_last_day():
    found = planned(14, 60)
    assert [d.date for d in found.days] == [T0.date() + timedelta(days=n) for n in range(14)]
    assert all(day.minutes <= 60 for day in found.days)
    assert 0 < found.days[-1].minutes <= 20
    assert all(item.kind != "new" for item in found.days[-1].items)
    seen: set[str] = set()
    needs = {f.id: f.needs for f in many()}
    for day in found.days:
        for item in day.items:
            assert set(needs[item.id]) <= seen
            seen.add(item.id)
    tiers = {f.id: f.tier for f in many()}
    new = [tiers[i.id] for day in found.days for i in day.items if i.kind == "new"]
    assert new == sorted(new)  # breadth first: all of tier A before B
    assert found.left_out == ()


def test_what_does_not_fit_is_told():
    found = planned(3, 30)
    assert found.left_out
    done = {i.id for day in found.days for i in day.items}
    assert done | set(found.left_out) == {f.id for f in many()}


def test_a_focus_narrows_the_plan():
    found = planned(20, 45, ("two",))
    new = [i.id for day in found.days for i in day.items if i.kind == "new"]
    assert {id for id in new if not id.startswith("two")} == {
        "one/0",
        "one/1",
        "three/0",
        "three/1",
    }


def test_an_exercise_longer_than_a_day_still_comes_up():
    assert planned(5, 10).days[0].items


def test_missed_days_change_the_plan(practice, time):
    practice.set_goal(Goal(date(2026, 3, 20), 30, ("x",)))
    first = practice.picture().plan()
    did(practice, time, "x/a")
    time.pass_(days=9)
    later = practice.picture().plan()
    assert len(later.days) == len(first.days) - 9
    assert later.days[0].items[0].id == "x/a"  # it has fallen due meanwhile
    time.pass_(days=60)
    assert practice.picture().goal is None
    assert practice.picture().plan() is None


def test_states_follow_the_order_of_time_and_skip_unknown_exercises(practice, time):
    did(practice, time, "x/a")
    practice.begin("gone/away")
    found = states(practice.picture().rounds, {"x/a": 10}, practice.picture().at)
    assert set(found) == {"x/a"}
    assert rounds([]) == []
    assert after(State(), Rating.Good, T0).passes == 1
