"""What counts to which round, where verdicts come from outside the loop; clocks that jump."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, timedelta

import pytest

from grader.coach.memory import State, after
from grader.coach.plan import LONGEST, Goal, plan
from grader.coach.practice import Practice
from tests.test_coach_memory import A, B, C, Time, did, report

WRONG, RIGHT, POLISHED = "def f(): 1", "def f(): 2", "def f(): 2  # two"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def practice(tmp_path, time) -> Practice:
    return Practice(tmp_path, [A, B, C], time)


def outcomes(practice: Practice) -> list[tuple[str, str | None, int]]:
    return [(r.mode, r.outcome, len(r.runs)) for r in practice.picture().rounds]


def test_a_verdict_from_outside_counts_to_the_open_round(practice, time):
    practice.begin("x/a")
    time.pass_(minutes=3)
    practice.graded(report("failed"), WRONG)
    practice.graded(report("passed"), RIGHT)
    assert outcomes(practice) == [("practice", "passed", 2)]
    assert practice.picture().rounds[0].seconds == 180


def test_without_an_open_round_it_begins_one_without_a_clock(practice):
    practice.graded(report("missing"), "# a stub")
    assert outcomes(practice) == []
    practice.graded(report("failed"), WRONG)
    practice.graded(report("failed"), WRONG)
    practice.graded(report("passed"), RIGHT)
    assert outcomes(practice) == [("free", "passed", 3)]


def test_grading_what_passed_once_more_is_no_repetition(practice, time):
    practice.graded(report("passed"), RIGHT)
    practice.graded(report("passed"), POLISHED)  # changed soon after
    time.pass_(days=9)
    practice.graded(report("passed"), RIGHT)  # the same text, whenever
    assert outcomes(practice) == [("free", "passed", 1)]
    practice.graded(report("failed"), WRONG)  # written anew, days later
    assert outcomes(practice)[-1] == ("free", None, 1)


def test_a_hint_or_the_solution_outside_the_loop_counts(practice, time):
    practice.helped("x/a", 1)
    practice.helped("x/a", 2)
    practice.gave_up("x/a")
    (found,) = practice.picture().rounds
    assert (found.hints, found.outcome) == (2, "gave up")
    time.pass_(days=1)
    practice.gave_up("x/a")  # reads it once more: nothing was tried
    assert len(practice.picture().rounds) == 1
    practice.gave_up("x/b")
    assert practice.picture().states["x/b"].last_rating == 1


def test_a_round_with_a_clock_takes_the_place_of_a_free_one(practice):
    practice.graded(report("failed"), WRONG)
    practice.begin("x/a")
    assert [o for _, o, _ in outcomes(practice)] == ["left", None]


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-1)])
def test_a_clock_that_jumps_within_a_round_loses_nothing(practice, time, jump):
    name = practice.begin("x/a")
    time.pass_(minutes=2)
    practice.ran(name, report("failed"))
    time.now += jump
    practice.ran(name, report("passed"))
    practice.end(name, "passed")
    time.now -= jump
    time.pass_(minutes=1)
    picture = practice.picture()
    (found,) = picture.rounds
    assert (found.outcome, len(found.runs), found.seconds) == ("passed", 2, 120)
    assert picture.at < picture.states["x/a"].due < picture.at + timedelta(days=60)
    did(practice, time, "x/a")
    assert practice.picture().states["x/a"].passes == 2


def test_odd_facts_of_another_version_are_no_crash(practice, time):
    name = practice.begin("x/a")
    practice.log.add("began", time(), exercise="x/b", bare="much")
    practice.log.add("ran", time(), round=name, held="all", of=None)
    practice.log.add("hinted", time(), round=name, level=[3])
    practice.log.add("rated", time(), round=[name], rating=[3])
    practice.log.add("planned", time(), date="someday", minutes="few", focus=3)
    picture = practice.picture()
    assert [r.exercise for r in picture.rounds] == ["x/a", "x/b"]
    assert picture.goal is None
    assert picture.today()


def test_today_takes_off_what_was_done_today(practice, time):
    practice.set_goal(Goal(date(2026, 3, 20), 20))
    assert [item.id for item in practice.picture().today()] == ["x/a", "x/b"]
    did(practice, time, "x/a")
    picture = practice.picture()
    assert (len(picture.done_today), picture.minutes_today) == (1, 10)
    assert [item.id for item in picture.today()] == ["x/b"]
    did(practice, time, "x/b")
    assert practice.picture().today() == []
    time.pass_(days=1)
    assert practice.picture().today()


def test_a_goal_can_be_dropped_and_ends_with_its_day(practice, time):
    practice.set_goal(Goal(date(2026, 3, 5), 20))
    assert practice.picture().goal is not None
    practice.forget_goal()
    assert practice.picture().goal is None
    practice.set_goal(Goal(date(2026, 3, 5), 20))
    time.pass_(days=4)
    assert practice.picture().goal is None


def test_what_an_import_adds_is_older_and_hides_no_open_round_and_no_goal(practice, time, tmp_path):
    elsewhere = Practice(tmp_path / "elsewhere", [A, B, C], time)
    elsewhere.set_goal(Goal(date(2026, 3, 9), 15))
    did(elsewhere, time)
    time.pass_(days=2)
    name = practice.begin("x/a")
    practice.set_goal(Goal(date(2026, 3, 20), 30))
    practice.log.merge(elsewhere.log.export())
    picture = practice.picture()
    assert picture.open("x/a").id == name
    assert picture.goal == Goal(date(2026, 3, 20), 30)
    practice.graded(report("passed"), RIGHT)
    assert practice.picture().open("x/a") is None


def test_an_open_round_that_was_begun_again_elsewhere_since_is_over(practice, time, tmp_path):
    practice.begin("x/a")
    time.pass_(days=1)
    elsewhere = Practice(tmp_path / "elsewhere", [A, B, C], time)
    did(elsewhere, time)
    practice.log.merge(elsewhere.log.export())
    assert practice.picture().open("x/a") is None


def test_what_a_clock_that_was_ahead_wrote_is_not_the_last_word(practice, time):
    time.pass_(days=400)
    practice.graded(report("passed"), RIGHT)
    practice.set_goal(Goal(date(2027, 5, 1), 90))
    time.pass_(days=-400)
    practice.graded(report("failed"), WRONG)  # no polishing of a pass a year ahead
    practice.set_goal(Goal(date(2026, 3, 20), 30))
    assert outcomes(practice) == [("free", "passed", 1), ("free", None, 1)]
    assert practice.picture().goal.minutes == 30


def test_a_round_that_was_left_is_worth_nothing_whatever_is_said_of_it(practice, time):
    name = did(practice, time, outcome="left")
    practice.rate(name, 4)
    assert "x/a" not in practice.picture().states


@pytest.fixture(params=["UTC0", "XXX+11", "XXX-13"])
def zone(request, monkeypatch):
    """West of Greenwich is plus here."""
    if not hasattr(clock, "tzset"):
        pytest.skip("this system has its zone elsewhere")
    monkeypatch.setenv("TZ", request.param)
    clock.tzset()
    yield request.param
    monkeypatch.undo()
    clock.tzset()


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour).astimezone(UTC)


def test_what_falls_due_in_the_evening_is_due_that_morning(zone):
    evening = after(State(), 3, at(2, 21))
    assert evening.due == at(4, 21)
    told = [evening.is_due(at(*when)) for when in ((3, 23), (4, 0), (4, 7), (5, 1))]
    assert told == [False, True, True, True]


def test_what_falls_due_soon_after_midnight_is_due_that_evening(zone):
    night = after(State(), 3, at(2, 2))
    assert [night.is_due(at(*when)) for when in ((3, 13), (3, 15))] == [False, True]
    assert not State().is_due(at(2, 2))


def test_a_plan_puts_a_repetition_on_the_day_on_which_it_falls_due(zone):
    for hour in (1, 23):
        now = at(2, hour)
        known = {"x/a": after(State(), 3, now)}
        days = plan([A], known, Goal(date(2026, 3, 12), 30), now).days
        on = [day.date for day in days if day.items]
        assert on[0] == known["x/a"].due.astimezone().date()


def test_a_plan_reaches_a_year_ahead_whatever_the_log_says(practice, time):
    practice.set_goal(Goal(date(9999, 12, 31), 30))
    assert len(practice.picture().plan().days) == LONGEST
