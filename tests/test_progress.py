"""The numbers of a practice: from simulated days to what is shown of them."""

from __future__ import annotations

import itertools
import time
from datetime import date, timedelta

import pytest

from grader.coach.plan import Goal
from grader.coach.progress import (
    BINS,
    LEVELS,
    STRIP,
    Progress,
    attempts,
    coverage,
    days,
    mastery,
    pace,
    recurring,
    timed,
)
from tests.histories import FACTS, T0, Learner, greenwich

TODAY = T0.date()


@pytest.fixture
def learner(tmp_path):
    with greenwich():
        yield Learner(tmp_path / "history")


def picture(learner: Learner):
    return learner.practice.picture()


# Levels and recall.


def test_every_exercise_of_a_track_is_on_one_level(learner):
    learner.weeks()
    found = mastery(picture(learner))
    assert [track.track for track in found] == ["attention", "decoding", "training"]
    assert [track.of for track in found] == [3, 2, 2]
    assert all(tuple(track.levels) == LEVELS for track in found)
    attention, _, training = found
    assert attention.practised == 2
    assert attention.levels["firm"] == 1
    assert training.levels == {"new": 1, "learning": 1, "known": 0, "firm": 0}


def test_recall_is_the_mean_over_what_was_practised_and_falls(learner):
    learner.does("attention/scaled", "passed")
    learner.clock.go(days=5)
    learner.does("attention/causal", "passed")
    now = picture(learner)
    states = [now.states[id].recall(now.at) for id in ("attention/scaled", "attention/causal")]
    attention, decoding, _ = mastery(now)
    assert attention.recall == pytest.approx(sum(states) / 2)
    assert decoding.recall is None
    learner.clock.go(days=50)
    assert mastery(picture(learner))[0].recall < attention.recall


# Days.


@pytest.mark.parametrize(
    ("pattern", "run"),
    [
        ("", 0),
        (".", 0),
        ("x", 1),
        ("xxx", 3),
        ("xx.", 2),  # today is not over
        ("xx..", 2),  # one day off, and today is not over
        ("xx...", 0),
        ("x.x", 2),
        ("x..x", 1),
        ("x.x.x.", 3),
        ("xx..xx.x", 3),
    ],
)
def test_one_day_off_does_not_end_a_run_and_two_do(pattern, run):
    ago = [len(pattern) - 1 - n for n, sign in enumerate(pattern) if sign == "x"]
    assert days([T0 - timedelta(days=n) for n in ago], TODAY).run == run


def test_the_strip_is_the_last_fortnight_with_today_at_its_end():
    found = days([T0, T0 - timedelta(days=13), T0 - timedelta(days=14)], TODAY)
    assert found.strip == (True, *[False] * 12, True)
    assert found.last == TODAY
    assert days([], TODAY).last is None


def test_a_clock_that_was_ahead_for_a_while_is_no_practice_to_come():
    found = days([T0 + timedelta(days=400), T0 - timedelta(days=1)], TODAY)
    assert (found.last, found.run) == (TODAY - timedelta(days=1), 1)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone is not ours to set")
def test_days_are_those_where_the_learner_is(learner, monkeypatch):
    learner.does("attention/scaled", "passed", minutes=1)
    assert Progress.of(picture(learner)).days.last == TODAY
    monkeypatch.setenv("TZ", "XXX-13")  # thirteen hours ahead: it is tomorrow there
    time.tzset()
    found = Progress.of(picture(learner))
    assert found.days.last == TODAY + timedelta(days=1)
    assert found.attempts[-1].first == TODAY + timedelta(days=1)
    assert found.timed[0].on == TODAY + timedelta(days=1)


def test_planning_is_no_practice_and_cards_are(learner):
    learner.practice.set_goal(Goal(date(2026, 4, 1), 30))
    assert Progress.of(picture(learner)).days.last is None
    learner.practice.log.add("reviewed", T0, card="deck/one", rating=3)
    assert Progress.of(picture(learner)).days.last == TODAY


# Time.


def test_rounds_are_counted_by_exercise_and_measured_until_the_pass(learner):
    learner.does("attention/scaled", "failed", outcome="gave up", minutes=30)
    learner.does("attention/scaled", "failed", "passed", minutes=12)
    name = learner.does("attention/scaled", "passed", outcome=None, minutes=5)
    learner.clock.go(minutes=60)  # looking at the result is no work
    learner.practice.end(name, "passed")
    found = timed(picture(learner))
    assert [(t.repetition, t.seconds, t.share) for t in found] == [
        (1, None, None),
        (2, 720, pytest.approx(1.2)),
        (3, 300, pytest.approx(0.5)),
    ]


def test_free_rounds_left_rounds_and_gone_exercises_have_no_time(learner):
    learner.does("attention/scaled", "passed", mode="free")
    learner.does("attention/scaled", "failed", outcome="left")
    learner.does("gone/away", "passed")
    learner.does("decoding/greedy", "failed", outcome=None)
    assert timed(picture(learner)) == []


def test_the_pace_is_that_of_the_last_ten_passes(learner):
    assert pace([]) is None
    for minutes in (500, 500, *[5] * 6, *[15] * 4):
        learner.does("attention/scaled", "passed", minutes=minutes)
        learner.clock.go(days=1)
    learner.does("attention/scaled", "error", outcome="gave up")
    found = pace(timed(picture(learner)))
    assert (found.passes, found.within, found.share) == (10, 6, pytest.approx(0.5))


# Attempts.


@pytest.mark.parametrize(
    ("length", "step"), [(1, 1), (20, 1), (60, 1), (61, 7), (400, 7), (900, 28)]
)
def test_attempts_lie_in_equal_stretches_that_cover_all_days(learner, length, step):
    learner.does("attention/scaled", "failed", "error", outcome="left", minutes=1)
    learner.clock.go(days=length - 1)
    learner.does("attention/causal", "failed", "passed", minutes=1)
    found = attempts(picture(learner).rounds, learner.clock.now.date())
    assert len(found) <= BINS
    total = [sum(bin.verdicts.get(v, 0) for bin in found) for v in ("failed", "error", "passed")]
    assert total == [2, 1, 1]
    assert {(bin.last - bin.first).days + 1 for bin in found[:-1]} == {step}
    assert found[0].first == min(TODAY, learner.clock.now.date() - timedelta(days=STRIP - 1))
    assert found[-1].last == learner.clock.now.date()
    for one, other in itertools.pairwise(found):
        assert other.first == one.last + timedelta(days=1)


def test_a_date_of_another_century_breaks_nothing(learner):
    learner.does("attention/scaled", "passed")
    round = picture(learner).rounds[0]
    round.runs[0].at = T0.replace(year=1871)
    assert len(attempts([round], TODAY)) <= BINS


# What recurs.


def test_what_recurs_is_counted_by_rounds_and_names_the_last_exercise_first(learner):
    learner.does("attention/scaled", "failed", "failed", "failed", check="one", mistake="slip")
    learner.clock.go(days=1)
    learner.does("attention/causal", "error", "missing", "broken", "passed", check="two")
    learner.clock.go(days=1)
    learner.does("decoding/greedy", "failed", check="two", mistake="slip")
    found = Progress.of(picture(learner))
    assert [(r.name, r.rounds, r.runs, r.exercises) for r in found.laws] == [
        ("two", 2, 2, ("decoding/greedy", "attention/causal")),
        ("one", 1, 3, ("attention/scaled",)),
    ]
    (slip,) = found.mistakes
    assert (slip.rounds, slip.runs, slip.last) == (2, 4, TODAY + timedelta(days=2))


def test_names_that_are_no_texts_are_texts_here(learner):
    name = learner.practice.begin("attention/scaled")
    facts = {"round": name, "verdict": ["odd"], "check": {"a": 1}, "mistake": 7}
    learner.practice.log.add("ran", T0 + timedelta(minutes=1), **facts)
    found = Progress.of(picture(learner))
    assert [r.name for r in (*found.laws, *found.mistakes)] == ["{'a': 1}", "7"]


def test_nothing_recurs_in_nothing():
    assert recurring([], lambda run: run.check) == []


# The plan.


def test_the_plan_falls_into_done_planned_and_what_does_not_fit(learner):
    assert coverage(picture(learner)) == []
    learner.does("attention/scaled", "passed")
    learner.does("decoding/greedy", "error", outcome="gave up")
    learner.practice.set_goal(Goal(TODAY + timedelta(days=3), 20, ("attention",)))
    found = {c.track: c for c in coverage(picture(learner))}
    wanted = {f.id for f in FACTS if f.track == "attention" or f.tier == "A"}
    fates = [id for c in found.values() for id in (*c.done, *c.planned, *c.left_out)]
    assert sorted(fates) == sorted(wanted)
    assert found["attention"].done == ("attention/scaled",)
    assert "attention/multi_head" in found["attention"].left_out
    assert found["decoding"].done == ()  # given up is not done


# All together.


def test_a_history_of_weeks(learner):
    learner.weeks()
    found = Progress.of(picture(learner))
    assert sum(sum(bin.verdicts.values()) for bin in found.attempts) == 21
    assert len(found.timed) == 9
    assert found.mistakes[0].name in ("scale_by_d", "top_left_aligned")
    assert found.today[0].kind == "open"
    assert found.goal.date == date(2026, 4, 1)
    assert sum(found.days.strip) == 4
    assert found.days.run == 3


def test_an_empty_history_has_all_exercises_before_it(learner):
    found = Progress.of(picture(learner))
    assert (found.timed, found.attempts, found.laws, found.coverage) == ((), (), (), ())
    assert (found.pace, found.goal, found.days.last, found.days.run) == (None, None, None, 0)
    assert len(found.due) == len(FACTS)
    assert all(track.levels["new"] == track.of for track in found.tracks)
