"""Cards: which comes next over simulated days, the commands, and a sitting at a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.coach.cards import LONG, NEW, Recall, Review, queue, review, reviews, suggested
from grader.coach.decks import Card, Deck
from grader.coach.event import Event
from grader.coach.log import FILE, Log
from grader.coach.practice import Practice
from grader.judge import catalogue
from grader.views import cli
from grader.views.sitting import Clock

ROOT = Path(__file__).parents[1]
T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINE = """\
# Mine
minutes: 0.02

## One

What is one?

- [ ] a number
- [ ] the first
- [ ] odd
- [ ] its own square

> The unit.

## Two

What is two?

> The first even number.

## Three

> A prime.
"""


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def practice(tmp_path: Path, clock: Time) -> Practice:
    return Practice(tmp_path / "data", [], clock)


@pytest.fixture(autouse=True)
def _days_are_those_of_utc(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
        yield
        monkeypatch.undo()
        time.tzset()
    else:
        yield


def deck(name: str, count: int, minutes: float = 2.0, points: int = 0) -> Deck:
    said = tuple(f"point {n}" for n in range(points))
    cards = (Card(f"{name}/{n}", f"{name} {n}", "?", said, "!", minutes) for n in range(count))
    return Deck(name, name, "", minutes, tuple(cards))


def turns(decks: list[Deck], practice: Practice, new: int = NEW) -> list[tuple[str, str]]:
    found = queue(decks, Recall.of(practice), new)
    return [(turn.card.id, turn.why) for turn in found]


def rate(practice: Practice, found: Deck, place: int, rating: int = 3) -> int:
    return review(practice, found.cards[place], rating, [], 30.0)


# Which card comes next.


def test_new_cards_come_in_order_the_decks_in_turn_and_ten_a_day(practice, clock):
    a, b = deck("a", 30), deck("b", 3)
    ids = [id for id, _ in turns([a, b], practice)]
    assert ids == ["a/0", "b/0", "a/1", "b/1", "a/2", "b/2", "a/3", "a/4", "a/5", "a/6"]
    rate(practice, a, 0)
    rate(practice, b, 0)
    assert [id for id, _ in turns([a, b], practice)] == ids[2:]
    for place in range(1, 9):
        rate(practice, a, place)
    assert turns([a, b], practice) == []
    assert turns([a, b], practice, new=11) == [("b/1", "new")]
    clock.now += timedelta(days=1)
    assert turns([a, b], practice)[0] == ("b/1", "new")
    clock.now += timedelta(days=9)
    assert [why for _, why in turns([a, b], practice, new=0)] == ["due"] * 10


def test_a_named_deck_has_ten_of_its_own(practice):
    a, b = deck("a", 30), deck("b", 30)
    for place in range(NEW):
        rate(practice, a, place)
    assert turns([a, b], practice) == []
    assert len(turns([b], practice)) == NEW


def test_due_ones_come_the_likeliest_to_be_forgotten_first_and_new_ones_among_them(practice, clock):
    a = deck("a", 30)
    for place, rating in enumerate((4, 1, 3, 2)):
        rate(practice, a, place, rating)
    clock.now += timedelta(days=40)
    found = turns([a], practice, new=4)
    memory = Recall.of(practice)
    due = [id for id, why in found if why == "due"]
    assert due == ["a/1", "a/3", "a/2", "a/0"]
    chances = [memory.states[id].recall(memory.at) for id in due]
    assert chances == sorted(chances)
    assert [why for _, why in found] == ["due", "new"] * 4


def test_intervals_grow_with_good_and_shrink_with_again(practice, clock):
    a = deck("a", 1)
    gaps = []
    for rating in (3, 3, 3, 3, 1, 3):
        days = rate(practice, a, 0, rating)
        gaps.append(days)
        assert turns([a], practice) == []
        clock.now += timedelta(days=days)
        assert turns([a], practice) == [("a/0", "due")]
    assert gaps[:4] == sorted(gaps[:4])
    assert gaps[3] > 20
    assert gaps[4] < gaps[3] / 3
    assert gaps[5] < gaps[3]


def test_what_is_due_this_evening_is_due_in_the_morning(practice, clock):
    a = deck("a", 1)
    clock.now = T0.replace(hour=20)
    days = rate(practice, a, 0)
    clock.now += timedelta(days=days - 1)
    assert turns([a], practice) == []
    clock.now += timedelta(hours=12)
    assert turns([a], practice) == [("a/0", "due")]


def test_of_what_takes_long_one_comes_a_day_and_last(practice, clock):
    quick, long = deck("a", 3), deck("z", 5, minutes=LONG + 35)
    assert turns([long, quick], practice) == [
        *((f"a/{n}", "new") for n in range(3)),
        ("z/0", "new"),
    ]
    days = rate(practice, long, 0)
    assert ("z/1", "new") not in turns([long, quick], practice)
    assert turns([long], practice)[0] == ("z/1", "new")  # unless they are asked for
    clock.now += timedelta(days=1)
    assert turns([long, quick], practice)[-1] == ("z/1", "new")
    clock.now += timedelta(days=days)
    assert turns([long, quick], practice)[-1] == ("z/0", "due")


def test_sixty_days():
    """Every card is met, none twice a day, new ones within the limit; the load stays bearable."""
    decks = [deck("a", 90), deck("b", 70), deck("long", 12, minutes=45)]
    done: list[Review] = []
    for day in range(60):
        at = T0 + timedelta(days=day)
        today = queue(decks, Recall(tuple(done), at), NEW)
        ids = [turn.card.id for turn in today]
        assert len(set(ids)) == len(ids)
        assert sum(turn.why == "new" for turn in today) <= NEW + 1
        assert sum(turn.card.minutes > LONG for turn in today) <= 1
        assert len(today) <= 45, f"{len(today)} cards on day {day}"
        done += [Review(id, at, (3, 3, 2, 3, 1, 4)[(day + n) % 6]) for n, id in enumerate(ids)]
        assert queue(decks, Recall(tuple(done), at), NEW) == []
    assert {card.id for d in decks for card in d.cards} == {review.card for review in done}


def test_cards_of_decks_that_are_gone_and_events_of_others_change_nothing(practice):
    a = deck("a", 2)
    for facts in (
        {"card": "gone/1", "rating": 3},
        {"card": 3, "rating": 3},
        {"card": "a/0"},
        {"card": "a/0", "rating": [3]},
        {"card": "a/0", "rating": 5},
        {"exercise": "a/0", "rating": 3},
    ):
        practice.log.add("reviewed", T0, **facts)
    practice.log.add("rated", T0, card="a/0", rating=3)
    assert turns([a], practice) == [("a/0", "new"), ("a/1", "new")]


def test_reviews_written_by_another_machine_are_taken_in_order_of_time(practice, clock):
    a = deck("a", 1)
    clock.now = T0 + timedelta(days=3)
    rate(practice, a, 0, 1)
    practice.log.add("reviewed", T0, card="a/0", rating=4)  # merged later, happened earlier
    memory = Recall.of(practice)
    assert [r.rating for r in memory.reviews] == [4, 1]
    assert memory.last(a.cards[0]).rating == 1


def test_what_was_missed_is_remembered_until_the_card_changes():
    card = deck("a", 1, points=4).cards[0]
    facts = {"card": "a/0", "rating": 2, "ticks": [1, 4, "x"], "of": 4, "seconds": 12}
    (found,) = reviews([Event("reviewed", T0, "id", facts)])
    assert found == Review("a/0", T0, 2, (1, 4), 4, 12.0)
    assert found.missed(card) == {2, 3}
    assert found.missed(deck("a", 1, points=5).cards[0]) == frozenset()


@pytest.mark.parametrize(
    ("ticked", "of", "seconds", "wanted"),
    [
        (8, 8, 300, 4),
        (8, 8, 301, 3),
        (8, 8, 376, 2),
        (6, 8, 100, 3),
        (5, 8, 100, 2),
        (4, 8, 100, 2),
        (3, 8, 100, 1),
        (3, 8, 900, 1),
        (0, 0, 300, 3),
        (0, 0, 900, 2),
    ],
)
def test_the_rating_that_is_suggested(ticked, of, seconds, wanted):
    assert suggested(ticked, of, seconds, minutes=5) == wanted


def test_the_clock_stands_during_a_pause():
    now = [0.0]
    clock = Clock(lambda: now[0])
    now[0] = 5
    clock.press()
    now[0] = 100
    assert clock.seconds == 5
    assert clock.stands
    clock.press()
    now[0] = 103
    assert clock.seconds == 8


# The commands, without a terminal.


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder with a deck of their own, and we are in it."""
    root = tmp_path / "my practice"
    (root / "exercises").mkdir(parents=True)
    (root / "decks").mkdir()
    (root / "decks" / "mine.md").write_text(MINE)
    monkeypatch.chdir(root)
    monkeypatch.setenv("UNAIDED_DATA", str(tmp_path / "history"))
    return root


def written(folder: Path) -> list[dict[str, object]]:
    """The reviews in the history."""
    events = Log(folder.parent / "history" / FILE).events()
    return [event.facts for event in events if event.kind == "reviewed"]


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> tuple[str, str]:
    """What a command says on both streams, as running text."""
    assert cli.main(["cards", *words]) == status
    out, err = capsys.readouterr()
    return " ".join(out.split()), err


def test_show_review_and_list_without_a_terminal(folder, capsys):
    out, _ = said(capsys, "show", "mine/one")
    assert "What is one?" in out
    assert "The unit" not in out
    assert "a number" not in out
    assert "drill cards show mine/one --answer" in out
    out, _ = said(capsys, "show", "one", "--answer")
    assert "The unit." in out
    assert "1. a number 2. the first 3. odd 4. its own square" in out
    out, _ = said(
        capsys, "review", "mine/one", "--rating", "3", "--ticks", "1, 4,1", "--seconds", "70"
    )
    assert out.startswith("One: good, again in ")
    assert written(folder) == [
        {"card": "mine/one", "seconds": 70.0, "ticks": [1, 4], "of": 4, "rating": 3}
    ]
    out, _ = said(capsys, "list", "mine")
    assert "one new two new three" in out.split("in ")[1]
    out, _ = said(capsys, "list")
    assert "mine Mine · 3 cards of 0.02 min · 0 due, 2 new" in out
    assert f"{sum(len(c.ask) for c in catalogue.cards())} cards" in out


def test_list_in_json_has_every_card(folder, capsys):
    said(capsys, "review", "mine/one", "--rating", "1")
    assert cli.main(["cards", "list", "mine", "--json"]) == 0
    one, two, three = json.loads(capsys.readouterr().out)
    assert one.pop("due") > "2026"
    assert one == {
        "id": "mine/one",
        "title": "One",
        "minutes": 0.02,
        "points": 4,
        "level": "learning",
    }
    assert (two["level"], two["due"], three["id"]) == ("new", None, "mine/three")
    assert cli.main(["cards", "list", "--json"]) == 0
    ids = [facts["id"] for facts in json.loads(capsys.readouterr().out)]
    assert len(set(ids)) == len(ids) > 250


MISUSES = {
    "no deck": (["nope"], ["'nope'", "mine"]),
    "no deck to list": (["list", "nope"], ["'nope'"]),
    "a card that is not there": (["mine/four"], ["'mine/four'", "Did you mean"]),
    "nothing to show": (["show"], ["one card, not 0"]),
    "two to review": (["review", "mine/one", "mine/two"], ["one card, not 2"]),
    "no rating": (["review", "mine/one"], ["--rating", "mine/one --rating 3"]),
    "a rating of nine": (["review", "mine/one", "--rating", "9"], ["--rating", "9"]),
    "no such point": (
        ["review", "mine/one", "--rating", "3", "--ticks", "2,5"],
        ["'5'", "1 to 4"],
    ),
    "no points": (["review", "mine/two", "--rating", "3", "--ticks", "1"], ["no points"]),
    "two decks": (["mine", "design"], ["more than one"]),
    "no terminal": (["mine"], ["terminal", "drill cards show mine/one"]),
}


@pytest.mark.parametrize("name", MISUSES)
def test_wrong_use_is_2_and_says_what_to_do(name, folder, capsys):
    words, told = MISUSES[name]
    out, err = said(capsys, *words, status=2)
    assert out == ""
    assert len(err.splitlines()) == 1
    assert [part for part in told if part not in err] == []
    assert written(folder) == []


def test_a_broken_deck_is_told_in_one_line_and_the_rest_works(folder, capsys):
    (folder / "decks" / "broken.md").write_text("# B\n\n## A\n\nq\n\n## B\n\n## C\nq\n> yes\n")
    out, err = said(capsys, "show", "broken/c", "--answer")
    assert "yes" in out
    path = Path("decks") / "broken.md"
    assert err.startswith(f"drill: {path}:3: 'A' has neither points nor an answer")
    assert "(1 more in this file)" in err
    assert len(err.splitlines()) == 1
    out, err = said(capsys, "list", "mine")
    assert "two" in out
    assert len(err.splitlines()) == 1


def test_a_history_that_cannot_be_used_is_told_and_status_1(folder, capsys):
    (folder.parent / "history").write_text("a file where a folder should be")
    _, err = said(capsys, "review", "mine/one", "--rating", "3", status=1)
    assert "cannot be used" in err


def test_nothing_that_grades_is_imported(folder):
    script = (
        "import sys; from grader.views import cli; "
        "status = cli.main(['cards', 'list']); "
        "heavy = {'torch', 'numpy', 'hypothesis'} & set(sys.modules); "
        "sys.exit(f'{status} {heavy}' if heavy or status else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    end = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (end.returncode, end.stderr) == (0, "")


# A sitting at a terminal.


@pytest.fixture
def at_terminal(folder):
    """Makes a terminal in which a command runs."""
    pytest.importorskip("pty")
    from tests.test_watch import Terminal

    def open_one(*words: str, columns: int = 80):
        return Terminal(folder, "cards", *words, columns=columns)

    return open_one


@pytest.mark.parametrize("columns", [60, 110])
def test_a_sitting_from_the_first_question_to_the_last(folder, at_terminal, columns):
    with at_terminal("mine", columns=columns) as terminal:
        seen = terminal.until("q quit")
        assert "mine · 1 of 3 · new" in seen
        assert "What is one?" in seen
        assert "The unit" not in seen
        assert "a number" not in seen
        terminal.until("over")  # the time is short; it goes on all the same
        terminal.press("x\x1b[A p")  # no keys of ours, then the answer; `p` comes too late
        seen = terminal.until("1 of 4 · y said it")
        assert "The unit." in seen
        terminal.press("ynn")
        seen = terminal.until("4 of 4")
        assert "✓ a number" in seen
        assert "✗ the first" in seen
        assert written(folder) == []
        terminal.press("n")
        assert "1 of 4 points" in terminal.until("Enter 1")
        terminal.press("t")  # once more
        terminal.until("1 of 4 · y said it")
        terminal.press("yyny")
        assert "3 of 4 points" in terminal.until("Enter 2")  # over the time
        terminal.press("2")
        seen = terminal.until("space answer")
        assert "One: hard, again in " in seen
        assert "What is two?" in seen
        (facts,) = written(folder)  # at once, not at the end
        assert (facts["card"], facts["ticks"], facts["of"], facts["rating"]) == (
            "mine/one",
            [1, 2, 4],
            4,
            2,
        )
        assert 1 <= facts["seconds"] < 100
        terminal.press("s")
        assert "Three" in terminal.until("space answer")
        terminal.press(" ")
        assert "A prime." in terminal.until("q quit")
        assert terminal.settings() != terminal.before
        terminal.press("\n")
        seen = terminal.until("goes on")
        assert "again in" in seen
        assert "2 cards reviewed; 1 left." in seen
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before
    assert [facts["card"] for facts in written(folder)] == ["mine/one", "mine/three"]


def test_leaving_at_any_moment_keeps_what_was_rated(folder, at_terminal):
    for keys in ("q", " q", " yq", " ynnnq"):
        with at_terminal("mine/one") as terminal:
            terminal.until("space answer")
            terminal.press(keys)
            assert "0 cards reviewed; 1 left." in terminal.until("goes on")
            assert terminal.end() == 0
            assert terminal.settings() == terminal.before
    assert written(folder) == []
    with at_terminal("mine") as terminal:
        terminal.until("space answer")
        terminal.press(" yyyy3")
        terminal.until("What is two?")
        terminal.process.send_signal(signal.SIGKILL)
        terminal.process.wait()
    assert [facts["ticks"] for facts in written(folder)] == [[1, 2, 3, 4]]
    with at_terminal("mine") as terminal:
        assert "What is two?" in terminal.until("space answer")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before


def test_what_was_missed_last_time_is_marked_and_the_pause_stops_the_clock(folder, at_terminal):
    cli.main(["cards", "review", "mine/one", "--rating", "2", "--ticks", "1,2,3"])
    with at_terminal("mine/one") as terminal:
        assert "again · 0.02 min" in terminal.until("space answer")
        terminal.press("p")
        terminal.until("paused")
        assert "0:0" not in terminal.quiet(2.2)  # nothing is drawn while it stands
        terminal.press(" ")
        terminal.until("1 of 4 · y said it")
        terminal.press("yyy")
        seen = terminal.until("4 of 4 · y said it")
        assert "its own square (missed last time)" in seen
        assert "odd (missed" not in seen
        terminal.press("y")
        terminal.until("Enter")
        terminal.press("\n")
        terminal.until("1 card reviewed.")
        assert terminal.end() == 0
    assert written(folder)[-1]["seconds"] < 2


def test_a_problem_in_a_deck_is_the_last_thing_on_the_screen(folder, at_terminal):
    (folder / "decks" / "broken.md").write_text("nothing\n")
    with at_terminal("mine") as terminal:
        assert "broken" not in terminal.until("space answer")
        terminal.press("q")
        terminal.until("broken.md:1: a deck begins with a line `# Title`")
        assert terminal.end() == 0


def test_when_nothing_is_left_it_says_how_to_get_more(folder, at_terminal):
    with at_terminal("mine", "--new", "0") as terminal:
        terminal.until("Nothing is left for today in mine. `drill cards mine --new 10`")
        assert terminal.end() == 0
