"""Mock interviews, the pure part: formats, draws, the fold of events, what is next, the report."""

from __future__ import annotations

import itertools
import os
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.coach.debrief import debrief
from grader.coach.draw import draw, twist
from grader.coach.event import Event
from grader.coach.formats import EXAMPLE, BadFormat, Format, checked_tracks, chosen, formats
from grader.coach.history import GAVE_UP, LEFT, PASSED, rounds
from grader.coach.interview import (
    ASK,
    BELL,
    BREAK,
    OPEN,
    OVER,
    WRITE,
    Interview,
    Step,
    step,
    warning,
)
from grader.coach.memory import State, states
from grader.coach.mock import EARLY, FINISHED, TIME_UP, Mock, locks, mocks, running
from grader.coach.practice import Practice
from grader.coach.terms import Terms
from grader.judge.catalogue import cards
from grader.report import Check, Report

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
SNAPSHOTS = Path(__file__).parent / "snapshots"
SEEDS = range(300)


@dataclass(frozen=True)
class Fact:
    """An exercise; as a page it has two questions and three checks."""

    id: str
    tier: str = "A"
    level: int = 1
    minutes: int = 10
    needs: tuple[str, ...] = ()
    title: str = "A title"
    ask: tuple[tuple[str, str], ...] = (("Why?", "Because."), ("And `how`?", "So | thus."))
    checks: tuple[str, ...] = ("one_thing", "two_things", "leaves_its_arguments_alone")

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


LADDER = (
    Fact("x/a"),
    Fact("x/b", needs=("x/a",), minutes=15),
    Fact("x/c", needs=("x/b", "x/a"), level=2, minutes=20),
    Fact("y/d", minutes=12),
    Fact("y/e", minutes=25, level=2),
    Fact("z/f", minutes=40, level=3),
)
PASSED_ONCE = State(passes=1)


def practised(*passed: str, days: float = 0.0, again: bool = False) -> dict[str, State]:
    """The states after passing (or giving up) some exercises so many days ago."""
    events = []
    for id in passed:
        at = T0 - timedelta(days=days)
        begun = Event("began", at, f"round of {id}", {"exercise": id})
        how = GAVE_UP if again else PASSED
        events += [begun, Event("ended", at, f"end of {id}", {"round": begun.id, "outcome": how})]
    return states(rounds(events), dict.fromkeys(passed, 10), T0)


# Formats.


def read(text: str) -> dict[str, Format]:
    facts = LADDER
    return formats(text, {f.track for f in facts}, [f.id for f in facts], taken=("run", "end"))


def test_a_file_adds_formats_to_ours_and_may_replace_them():
    found = read(
        '[acme]\nminutes = 60\nparts = 2\ntracks = ["x"]\nexercises = ["x/a", "x/b"]\n'
        "count = 1\nruns = 0\nai_allowed = true\n[screen]\nminutes = 30\n"
    )
    assert found["acme"] == Format("acme", 60, 2, ("x",), ("x/a", "x/b"), 1, 0, True)
    assert found["screen"] == Format("screen", 30)
    assert (found["onsite"].parts, found["onsite"].minutes) == (3, 45)
    assert set(read("")) == {"screen", "onsite"}


def test_the_example_that_is_shown_can_be_used():
    every = cards()
    text = EXAMPLE.replace("TRACK/NAME", every[0].id).replace("TRACK/OTHER", every[1].id)
    found = formats(text, {card.track for card in every}, [card.id for card in every])["acme"]
    assert (found.parts, found.count, found.runs, len(found.exercises)) == (2, 2, 3, 2)
    assert draw(every, {}, found, 0, T0)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[acme]\n\nminuts = 45\n", 3, "Did you mean `minutes`"),
        ("# [acme] minutes\n[acme]\nminutes = '45'\n", 3, "must be a whole number"),
        ("[acme]\nminutes = true\n", 2, "`minutes` is True"),
        ("[b]\nminutes = 4\n[acme]\nminutes = 0\n", 4, "`minutes` is 0"),
        ('[acme]\nminutes = 4\ntracks = [\n  "x",\n  "xx",\n]\n', 5, "no track 'xx'"),
        ('[acme]\nminutes = 4\nexercises = ["x/z"]\n', 3, "no exercise 'x/z'"),
        ("[acme]\nminutes = 4\nexercises = []\n", 3, "a list of names"),
        ("[b]\nminutes = 4\n[acme]\nruns = 3\n", 3, "add `minutes = 45`"),
        ("[run]\nminutes = 4\n", 1, "is a command"),
        ('["A b"]\nminutes = 4\n', 1, "take another one"),
        ("minutes = 45\n", 1, "outside a format"),
        ("[acme]\nminutes = \n", 2, "is no TOML"),
        ("[acme]\nminutes = 4\n[acme]\nminutes = 5\n", 3, "is no TOML"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(text, line, says):
    with pytest.raises(BadFormat, match=rf"formats\.toml.*line {line}\b") as error:
        read(text)
    assert says in str(error.value)
    assert str(error.value).rstrip().endswith((".", "?"))


def test_an_unknown_name_leads_to_the_nearest():
    with pytest.raises(BadFormat, match="Did you mean screen"):
        chosen(read(""), "scren")
    with pytest.raises(BadFormat, match="There are screen, onsite"):
        chosen(read(""), "tomorrow")
    with pytest.raises(BadFormat, match=r"no track 'atention'\. Did you mean attention"):
        checked_tracks(["atention"], ["attention", "rag"])
    assert checked_tracks(["rag", "rag"], ["attention", "rag"]) == ("rag",)


# The draw.


def drawn(format: Format, known: dict[str, State] | None = None, facts=LADDER, seeds=SEEDS):
    return [draw(facts, known or {}, format, seed, T0) for seed in seeds]


@pytest.mark.parametrize(
    "format",
    [
        Format("short", 12),
        Format("screen", 45, count=2),
        Format("long", 200),
        Format("parts", 45, parts=3, count=2),
        Format("tracks", 60, tracks=("x", "y")),
        Format("list", 60, exercises=("x/b", "y/d"), count=1),
    ],
    ids=lambda value: value.name,
)
def test_every_draw_keeps_to_its_format(format):
    facts = {fact.id: fact for fact in LADDER}
    for parts in drawn(format, practised("x/a")):
        ids = [id for part in parts for id in part]
        assert len(set(ids)) == len(ids) > 0
        assert len(parts) <= format.parts
        for part in parts:
            assert 0 < len(part) <= (format.count or len(facts))
            assert sum(facts[id].minutes for id in part) <= format.minutes
        assert not format.tracks or {facts[id].track for id in ids} <= set(format.tracks)
        assert not format.exercises or set(ids) <= set(format.exercises)


def test_a_seed_gives_the_same_draw_in_whatever_order_the_exercises_come():
    format = Format("screen", 45, count=2)
    shuffled = list(LADDER)
    random.Random(1).shuffle(shuffled)
    assert drawn(format) == drawn(format, facts=shuffled)
    assert len({draw(LADDER, {}, format, seed, T0) for seed in SEEDS}) > 4


def test_what_was_never_reached_comes_only_where_nothing_else_fits():
    every = Counter(id for (part,) in drawn(Format("screen", 45, count=2)) for id in part)
    assert set(every) == {"x/a", "y/d", "y/e", "z/f"}  # each of them, and neither x/b nor x/c
    reached = practised("x/a")
    later = Counter(id for (part,) in drawn(Format("x", 45, count=2), reached) for id in part)
    assert later["x/b"] and not later["x/c"]
    assert draw(LADDER, {}, Format("x", 20, exercises=("x/c",)), 0, T0) == (("x/c",),)


def test_need_decides_how_often_but_excludes_nothing():
    facts = [Fact(f"t/{name}") for name in ("due", "weak", "new", "known", "firm")]
    firm = replace(practised("t/firm", days=1)["t/firm"])
    assert firm.memory is not None
    firm.memory.stability = 90.0
    firm.memory.due = T0 + timedelta(days=80)
    known = practised("t/known", days=0.1)["t/known"]
    assert known.level == "known"
    state = {
        **practised("t/due", days=60),
        **practised("t/weak", days=0.1, again=True),
        "t/known": known,
        "t/firm": firm,
    }
    often = Counter(drawn(Format("one", 10, count=1), state, facts, range(3000)))
    order = [often[(((f"t/{name}"),),)] for name in ("due", "weak", "new", "known", "firm")]
    assert order == sorted(order, reverse=True)
    assert min(order) > 50 and order[0] > 5 * order[-1]
    assert all(more > 1.15 * less for more, less in itertools.pairwise(order))


def test_parts_turn_to_other_tracks_and_time_is_used():
    every = cards()
    minutes = {card.id: card.minutes for card in every}
    onsite = drawn(Format("onsite", 45, parts=3, count=2), facts=every, seeds=range(60))
    same = sum(
        bool({a.split("/")[0] for a in one} & {b.split("/")[0] for b in other})
        for parts in onsite
        for one, other in itertools.pairwise(parts)
    )
    assert same < 40  # of 120 pairs of neighbours
    screens = drawn(Format("screen", 45, count=2), facts=every, seeds=range(60))
    filled = [sum(minutes[id] for id in part) for (part,) in screens]
    assert sum(filled) / len(filled) > 33.5  # 30.5 if what leaves time idle were as likely


def test_where_nothing_fits_it_says_what_would():
    with pytest.raises(BadFormat, match="fits into 5 minutes; the shortest takes 10"):
        draw(LADDER, {}, Format("own", 5), 0, T0)
    with pytest.raises(BadFormat, match="There is no exercise in the format acme"):
        draw(LADDER, {}, Format("acme", 45, tracks=("y",), exercises=("x/a",)), 0, T0)


def test_a_twist_is_the_next_rung_of_the_same_track():
    assert twist(LADDER, {}, "x/a", {"x/a"}) == LADDER[1]
    assert twist(LADDER, {}, "x/a", {"x/a", "x/b"}) == LADDER[2]
    assert twist(LADDER, {}, "x/a", {"x/b", "x/c"}) is None
    other = Fact("y/g", needs=("x/a",))
    assert twist([*LADDER, other], {}, "x/a", {"x/b", "x/c"}) is None
    easier = Fact("x/0", needs=("x/a", "y/d"))  # would be first, but for what else it needs
    assert twist([*LADDER, easier], {}, "x/a", ()) == LADDER[1]
    assert twist([*LADDER, easier], {"y/d": PASSED_ONCE}, "x/a", ()) == easier


# The fold: a kill at any moment loses nothing.


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def practice(tmp_path, time) -> Practice:
    return Practice(tmp_path, LADDER, time)


def terms(*parts: tuple[str, ...], minutes: int = 45, **more) -> Terms:
    return Terms("screen", minutes, parts or (("x/a", "y/d"),), **more)


def report(verdict: str, exercise: str, *faults: str) -> Report:
    checks = [
        Check(
            name, verdict if name in faults else "passed", f"{name} is wrong | here.\nmore", "slip"
        )
        for name in Fact(exercise).checks
    ]
    return Report(exercise, "f.py", verdict, tuple(checks), 0.1)


def wrong(exercise: str) -> Report:
    return report("failed", exercise, "one_thing", "two_things")


def right(exercise: str) -> Report:
    return report("passed", exercise)


@pytest.fixture
def interview(practice, time) -> Interview:
    return Interview.begin(practice, terms(seed=7, tracks=("x", "y"), doctor="on: Cursor"))


def went(interview: Interview, time: Time) -> None:
    """A whole mock: a slow pass after two wrong runs, one at which time is up, questions."""
    interview.open("x/a")
    time.pass_(minutes=4)
    interview.ran(wrong("x/a"), "first = 1\n")
    time.pass_(minutes=3)
    interview.ran(report("failed", "x/a", "two_things"), "second = 1\n")
    interview.leave()
    time.pass_(hours=5)
    interview.resume()
    time.pass_(minutes=7, seconds=30)
    interview.ran(right("x/a"), 'third = """```"""\n')
    time.pass_(minutes=1)
    interview.open("y/d")
    time.pass_(minutes=20)
    interview.tick()
    time.pass_(minutes=5)
    interview.ran(wrong("y/d"), "fourth = 1\n")
    time.pass_(minutes=5)
    interview.close("bell")
    interview.asked("x/a", "Why?", True)
    interview.asked("x/a", "And `how`?", False)
    time.pass_(minutes=2)
    interview.end(TIME_UP, "off by setting, as far as can be told; unknown: browser")


def test_the_clock_counts_time_at_work_and_what_lies_between(interview, time):
    assert interview.left == 45 * 60
    time.pass_(minutes=3)  # nothing is open yet
    interview.open("x/a")
    assert interview.left == 45 * 60
    time.pass_(minutes=5)
    assert interview.left == 40 * 60
    interview.ran(right("x/a"), "x")
    time.pass_(minutes=1)  # reading the verdict is time too
    interview.open("y/d")
    assert (interview.mock.turns[0].first_pass, interview.mock.turns[1].opened) == (300, 360)
    time.pass_(minutes=50)
    assert interview.left == 0


def test_between_a_kill_and_going_on_nobody_was_there(interview, practice, time):
    interview.open("x/a")
    time.pass_(minutes=5)
    interview.tick()
    time.pass_(minutes=30)  # killed within the next minute; found half an hour later
    again = Interview(practice, interview.id)
    again.resume()
    assert again.mock.used(time.now) == 300
    assert [(gap.at, gap.seconds) for gap in again.mock.gaps] == [(300, 1800)]
    again.leave()
    time.pass_(minutes=30)
    assert again.mock.used(time.now) == 300
    time.pass_(minutes=30)
    again.resume()
    assert again.mock.gaps[1].seconds == 3600
    time.pass_(minutes=1)
    assert again.mock.used(time.now) == 360


def test_a_clock_that_jumps_and_a_pause_that_nobody_ended_count_nothing(interview, practice, time):
    interview.open("x/a")
    time.pass_(minutes=5)
    interview.tick()
    for jump in (timedelta(hours=3), timedelta(hours=-2)):
        time.now += jump
        assert interview.mock.used(time.now) == 300
        interview.ran(wrong("x/a"), "x")
    assert interview.mock.spent == [300]
    interview.leave()
    time.pass_(minutes=30)
    interview.ran(wrong("x/a"), "x")
    assert interview.mock.spent == [300]
    time.pass_(minutes=1)
    assert interview.mock.used(time.now) == 360


def test_what_comes_after_the_end_changes_nothing(interview, practice, time):
    interview.open("x/a")
    name = interview.mock.turns[0].round
    time.pass_(minutes=1)
    interview.close("submitted")
    practice.ran(name, right("x/a"), "x")
    interview.ran(right("x/a"), "x")
    interview.close("bell")
    assert not Interview(practice, interview.id).mock.turns[0].runs
    interview.end(FINISHED, "one")
    interview.end(EARLY, "two")
    interview.asked("x/a", "Why?", True)
    interview.open("y/d")
    again = Interview(practice, interview.id).mock
    assert (again.outcome, again.doctor_at_end, again.asked) == (FINISHED, "one", [])
    assert len(again.turns) == 1


def test_two_terminals_open_an_exercise_once(interview, practice, time):
    other = Interview(practice, interview.id)
    interview.open("x/a")
    other.open("x/a")
    assert len(other.mock.turns) == 1


def test_a_kill_between_the_two_events_of_a_run_costs_its_details_only(interview, practice, time):
    interview.open("x/a")
    name = interview.mock.turns[0].round
    practice.ran(name, wrong("x/a"), "x")
    practice.ran(name, right("x/a"), "x")
    first, second = Interview(practice, interview.id).mock.turns[0].runs
    assert [fault.check for fault in first.faults] == ["one_thing"]
    assert second.passed
    assert "never held" not in written(Interview(practice, interview.id).mock, practice)


@pytest.mark.parametrize("exercises", [None, [], [[]], [["x/a"], []], [[3]], [None]])
def test_a_mock_without_exercises_is_none(exercises, practice, time):
    practice.log.add("mock_began", time.now, format="x", minutes=3, exercises=exercises)
    assert mocks(practice.log.events()) == []


def test_each_part_has_a_clock_of_its_own(practice, time):
    interview = Interview.begin(practice, terms(("x/a",), ("y/d",), minutes=20))
    interview.open("x/a")
    time.pass_(minutes=21)
    assert interview.step() == Step(BELL, "x/a")
    interview.close("bell")
    assert interview.step() == Step(BREAK, "y/d")
    time.pass_(minutes=15)
    interview.open("y/d")
    assert interview.left == 20 * 60
    assert interview.mock.turns[1].part == 1
    assert interview.mock.spent == [21 * 60, 0]


def test_every_beginning_of_the_log_is_a_mock_that_can_go_on(interview, practice, time):
    went(interview, time)
    events = practice.log.events()
    before = 0
    for count in range(1, len(events) + 1):
        mock = running(events[:count])
        if mock is None:
            assert count == len(events)
            break
        runs = sum(len(turn.runs) for turn in mock.turns)
        assert runs == sum(event.kind == "ran" for event in events[:count]) >= before
        assert step(mock, LADDER, {}, events[count - 1].at).kind in (WRITE, OPEN, ASK, BELL)
        before = runs
    assert before == 4
    assert mocks(events)[0].outcome == TIME_UP


def test_events_with_odd_facts_do_no_harm(interview, practice, time):
    went(interview, time)
    dice = random.Random(3)
    odd = (None, [], {}, "x", -1, 2.5, [[1]], ["a"], [{"check": 3}], True, {"x/a": 1})
    whole = practice.log.events()
    for _ in range(400):
        events = []
        for event in whole:
            facts = dict(event.facts)
            for name in [n for n in facts if dice.random() < 0.15]:
                facts[name] = dice.choice(odd)
            if dice.random() < 0.9:
                events.append(replace(event, facts=facts))
        for mock in mocks(events):
            assert step(mock, LADDER, {}, time.now).kind
            assert debrief(mock, {f.id: f for f in LADDER}, {}, lambda _: None).startswith("# Mock")


def test_a_second_mock_and_practice_beside_it_are_kept_apart(interview, practice, time):
    interview.open("x/a")
    plain = practice.begin("x/a")
    practice.ran(plain, wrong("x/a"), "")
    other = Interview.begin(practice, terms(("z/f",)))
    other.open("z/f")
    assert interview.mock.turns[0].runs == []
    first, second = mocks(practice.log.events())
    assert [t.exercise for t in first.turns] == ["x/a"] and not first.turns[0].runs
    assert [t.exercise for t in second.turns] == ["z/f"]
    other.end(EARLY, "")
    assert running(practice.log.events()).id == interview.id


# What comes next.


def test_an_early_pass_earns_a_twist_if_what_was_drawn_still_fits(interview, time):
    assert interview.step() == Step(OPEN, "x/a")
    interview.open("x/a")
    assert interview.step() == Step(WRITE, "x/a")
    time.pass_(minutes=6)
    interview.ran(right("x/a"), "x")
    assert interview.step() == Step(OPEN, "x/b", twist_of="x/a")
    interview.open("x/b")
    assert interview.mock.turns[1].twist_of == "x/a"
    time.pass_(minutes=5)
    interview.close("submitted")
    assert interview.step() == Step(OPEN, "y/d")


@pytest.mark.parametrize(("minutes", "kind"), [(11, "y/d"), (10, "x/b")])
def test_a_late_pass_earns_none(minutes, kind, interview, time):
    interview.open("x/a")
    time.pass_(minutes=minutes)
    interview.ran(right("x/a"), "x")
    assert interview.step().exercise == kind


def test_what_was_drawn_is_no_twist(practice, time):
    interview = Interview.begin(practice, terms(("x/a", "x/b")))
    interview.open("x/a")
    interview.ran(right("x/a"), "x")
    assert interview.step() == Step(OPEN, "x/c", twist_of="x/a")
    interview = Interview.begin(practice, terms(("x/a", "x/b", "x/c"), minutes=60))
    interview.open("x/a")
    interview.ran(right("x/a"), "x")
    assert interview.step() == Step(OPEN, "x/b")


def test_no_twist_takes_the_time_of_what_was_drawn(practice, time):
    interview = Interview.begin(practice, terms(("x/a", "z/f"), minutes=60))
    interview.open("x/a")
    time.pass_(minutes=9)  # 51 are left; z/f takes 40, three quarters of x/b are 11.25
    interview.ran(right("x/a"), "x")
    assert interview.step() == Step(OPEN, "z/f")


def test_after_the_last_come_the_questions(interview, time):
    went_on = [("x/a", "submitted"), ("y/d", "submitted")]
    for exercise, how in went_on:
        interview.open(exercise)
        time.pass_(minutes=1)
        interview.close(how)
    assert interview.step() == Step(ASK)
    interview.end(FINISHED, "")
    assert interview.step() == Step(OVER)


def test_what_is_not_opened_when_time_is_up_stays_sealed(interview, time):
    interview.open("x/a")
    time.pass_(minutes=45)
    interview.close("bell")
    assert interview.step() == Step(ASK)
    assert interview.mock.unopened(0) == ["y/d"]


@pytest.mark.parametrize(
    ("how", "minutes", "verdict", "ai", "outcome"),
    [
        ("submitted", 1, right, False, PASSED),
        ("submitted", 1, wrong, False, GAVE_UP),
        ("bell", 10, wrong, False, GAVE_UP),
        ("bell", 9, wrong, False, LEFT),
        ("early", 30, wrong, False, LEFT),
        ("submitted", 1, right, True, LEFT),
        ("submitted", 1, wrong, True, LEFT),
    ],
)
def test_memory_learns_only_what_a_round_tells(how, minutes, verdict, ai, outcome, practice, time):
    interview = Interview.begin(practice, terms(ai_allowed=ai))
    interview.open("x/a")
    time.pass_(minutes=minutes)
    interview.ran(verdict("x/a"), "x")
    if interview.mock.turn is not None:
        interview.close(how)
    (found,) = practice.picture().rounds
    assert (found.outcome, found.mode, found.mock) == (outcome, "mock", interview.id)
    assert ("x/a" in practice.picture().states) == (outcome != LEFT)
    assert interview.mock.turns[0].passed == (verdict is right)


def test_runs_are_counted_down(practice, time):
    interview = Interview.begin(practice, terms(runs=2))
    interview.open("x/a")
    assert interview.mock.runs_left(interview.mock.turn) == 2
    for left in (1, 0, 0):
        interview.ran(wrong("x/a"), "x")
        assert interview.mock.runs_left(interview.mock.turn) == left


def test_the_clock_warns_once_for_each_mark():
    said = list(dict.fromkeys(warning(45 * 60 - s, 45) for s in range(45 * 60 + 1)))
    assert said == [
        "",
        "Half of the time is over.",
        "Ten minutes are left.",
        "Two minutes are left.",
        "Time is up.",
    ]
    assert [warning(s, 2) for s in (120, 61, 60, 0)] == [
        "",
        "",
        "Half of the time is over.",
        "Time is up.",
    ]


# Locks.


def test_hints_are_locked_while_a_mock_runs_and_no_longer(interview, practice, time):
    def locked(id: str) -> bool:
        return locks(practice.log.events(), id)

    assert locked("x/a") and locked("x/c") and locked("y/e") and not locked("z/f")
    interview.leave()
    assert locked("x/a")
    interview.end(EARLY, "")
    assert not locked("x/a")
    Interview.begin(practice, terms())  # of all tracks
    assert locked("z/f")


# The report.


def stored(name: str, text: str) -> str:
    path = SNAPSHOTS / f"{name}.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def written(mock: Mock, practice: Practice) -> str:
    picture = practice.picture()
    due = {id: state.due for id, state in picture.states.items()}
    pages = {fact.id: fact for fact in LADDER}
    zone = timezone(timedelta(hours=1))
    text = debrief(mock, pages, due, practice.log.source, zone)
    return text.replace(mock.id, "0123456789abcdef")


def test_the_report_as_a_whole(interview, practice, time):
    went(interview, time)
    text = written(interview.mock, practice)
    assert text == stored("mock_report", text)


def test_the_report_of_a_mock_with_ai_in_parts_with_a_twist(practice, time):
    agreed = terms(("x/a", "y/e"), ("z/f",), ai_allowed=True, runs=3, sealed=True)
    interview = Interview.begin(practice, agreed)
    interview.open("x/a")
    time.pass_(minutes=2)
    interview.ran(right("x/a"), "x = 1\n")
    interview.open("x/b")
    time.pass_(minutes=9)
    interview.close("early", "y = 2\n")
    interview.end(EARLY, "on: Cursor; unknown: a browser")
    text = written(interview.mock, practice)
    assert text == stored("mock_report_ai", text)


def test_the_fence_of_a_source_cannot_be_closed_by_the_source(interview, practice, time):
    went(interview, time)
    rows = written(interview.mock, practice).splitlines()
    begin = rows.index("````python")
    assert rows[begin + 1 : begin + 3] == ['third = """```"""', "````"]


def test_sealed_is_said_only_where_it_was_agreed(practice, time):
    for sealed in (False, True):
        interview = Interview.begin(practice, terms(sealed=sealed))
        interview.end(EARLY, "")
        assert ("Network: sealed" in written(interview.mock, practice)) is sealed
        assert ("Network: not sealed" in written(interview.mock, practice)) is not sealed
