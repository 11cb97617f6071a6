"""`drill status`: snapshots of the screen, and what holds for each of them.

Write the snapshots again with `UPDATE_SNAPSHOTS=1 pytest tests/test_status.py`, then read the diff.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from grader.coach.plan import Goal
from grader.coach.practice import Practice
from grader.coach.progress import Progress
from grader.judge.catalogue import cards
from grader.views.layout import joined
from grader.views.status import BLOCKS, SIGNS, marks, on_day, screen
from tests.histories import Clock, Learner, greenwich, report

ROOT = Path(__file__).parents[1]
SNAPSHOTS = Path(__file__).parent / "snapshots"
WIDTHS = (60, 100)


def busy(learner: Learner) -> None:
    learner.weeks()


def planned(learner: Learner) -> None:
    """Nothing but an interview in a fortnight."""
    learner.practice.set_goal(Goal(date(2026, 3, 16), 45))


def returning(learner: Learner) -> None:
    """Back after two months; the interview was long ago."""
    learner.weeks()
    learner.clock.go(days=60)


def first_pass(learner: Learner) -> None:
    learner.does("attention/scaled", "failed", "passed", minutes=12)


HISTORIES = {
    "busy": busy,
    "planned": planned,
    "returning": returning,
    "first_pass": first_pass,
    "empty": lambda _: None,
}


@pytest.fixture
def learner(tmp_path):
    with greenwich():
        yield Learner(tmp_path / "history")


def text_of(learner: Learner, width: int, signs: dict[str, str] = BLOCKS) -> str:
    found = Progress.of(learner.practice.picture())
    return joined(screen(found, width, signs)) + "\n"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", HISTORIES)
def test_the_screen_is_as_it_was_last_agreed(name, width, learner):
    HISTORIES[name](learner)
    path = SNAPSHOTS / f"status_{name}_{width}.txt"
    text = text_of(learner, width)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [*WIDTHS, 110])
@pytest.mark.parametrize("name", HISTORIES)
def test_no_line_is_wider_than_the_terminal(name, width, learner):
    HISTORIES[name](learner)
    rows = text_of(learner, width).splitlines()
    assert [row for row in rows if len(row) > width and "drill " not in row] == []


@pytest.mark.parametrize("name", HISTORIES)
def test_without_blocks_it_is_plain_ascii_of_the_same_shape(name, learner):
    HISTORIES[name](learner)
    plain, blocks = text_of(learner, 100, SIGNS), text_of(learner, 100)
    assert plain.isascii()
    assert plain == blocks.translate({ord(BLOCKS[level]): SIGNS[level] for level in BLOCKS})


def test_the_blocks_are_used_where_the_encoding_has_them():
    assert [marks(name) for name in ("utf-8", "cp437", None)] == [BLOCKS] * 3
    assert [marks(name) for name in ("ascii", "latin-1", "cp1252", "nonsense")] == [SIGNS] * 4


def test_a_mistake_that_was_made_in_one_round_only_has_not_come_back(learner):
    learner.does("attention/scaled", "failed", "failed", mistake="scale_by_d")
    assert "scale by d" not in text_of(learner, 100)
    learner.does("attention/causal", "failed", mistake="scale_by_d")
    assert "scale by d: in 2 rounds, last today, attention/causal and" in text_of(learner, 100)


def test_names_in_the_log_cannot_steer_the_terminal(learner):
    for _ in range(2):
        learner.does("attention/scaled", "failed", mistake="\x1b[2J\r\u202eevil" + "x" * 200)
    text = text_of(learner, 60)
    assert "evil" in text
    assert all(row.isprintable() for row in text.splitlines())


def test_when_everything_planned_for_today_is_done_it_says_so(learner):
    learner.practice.set_goal(Goal(date(2026, 3, 9), 10))
    learner.does("attention/scaled", "passed", minutes=9)
    assert "Today: everything is done." in text_of(learner, 60)


def test_it_never_scolds(learner):
    learner.weeks()
    learner.clock.go(days=200)
    text = text_of(learner, 100).lower()
    assert [
        word for word in ("lost", "broken", "missed", "fail", "only", "!") if word in text
    ] == []


@pytest.mark.parametrize(
    ("ago", "says"),
    [(0, "today"), (1, "yesterday"), (5, "5 days ago"), (40, "on 20 January 2026"), (-3, "on 4 ")],
)
def test_days_in_words(ago, says):
    today = date(2026, 3, 1)
    assert on_day(today - timedelta(days=ago), today).startswith(says)


# The command, as a process of its own.


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A history with a pass of yesterday, where the command looks for it."""
    monkeypatch.setenv("UNAIDED_DATA", str(tmp_path / "data"))
    clock = Clock(datetime.now(UTC) - timedelta(days=1))
    practice = Practice(tmp_path / "data", cards(), clock)
    for verdict in ("failed", "passed"):
        name = practice.begin("attention/causal")
        clock.go(minutes=6)
        practice.ran(name, report("attention/causal", verdict, mistake="top_left_aligned"))
        practice.end(name, "passed" if verdict == "passed" else "gave up")
    return tmp_path / "data"


def drill(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=ROOT,
    )


def test_the_command_shows_the_history_of_this_user(data):
    end = drill("status", COLUMNS="100")
    assert (end.returncode, end.stderr) == (0, "")
    assert "You practised on 1 of the last 14 days. Present run: 1 day;" in end.stdout
    assert BLOCKS["learning"] in end.stdout


def test_a_terminal_of_ascii_gets_ascii(data):
    end = drill("status", PYTHONIOENCODING="ascii")
    assert end.returncode == 0
    assert end.stdout.isascii()
    assert "\\" not in end.stdout
    row = next(row for row in end.stdout.splitlines() if row.startswith("  attention "))
    assert SIGNS["new"] * 8 in row


def test_json_has_all_numbers(data):
    end = drill("status", "--json")
    found = json.loads(end.stdout)
    assert found["schema"] == 1
    assert {track["track"] for track in found["tracks"]} == {card.track for card in cards()}
    assert sum(sum(track["levels"].values()) for track in found["tracks"]) == len(cards())
    assert [round["seconds"] is None for round in found["timed"]] == [True, False]
    assert [(m["name"], m["rounds"]) for m in found["mistakes"]] == [("top_left_aligned", 1)]
    assert date.fromisoformat(found["days"]["last"]) < datetime.now().astimezone().date()


def test_without_a_history_it_names_commands_that_there_are(tmp_path):
    end = drill("status", UNAIDED_DATA=str(tmp_path / "none"))
    assert end.returncode == 0
    commands = [
        row.split("drill ")[1].split() for row in end.stdout.splitlines() if "drill " in row
    ]
    assert commands
    for name, id in commands:
        assert drill(name, "--help").returncode == 0
        assert id in {card.id for card in cards()}
    assert not (tmp_path / "none").exists()  # looking leaves no trace


def test_a_history_that_cannot_be_used_is_told_in_one_line(data):
    with contextlib.closing(sqlite3.connect(data / "history.db")) as found:
        found.execute("PRAGMA user_version = 99")
        found.commit()
    end = drill("status")
    assert (end.returncode, end.stdout) == (1, "")
    assert len(end.stderr.splitlines()) == 1
    assert "newer version" in end.stderr


@pytest.mark.parametrize("words", [["status"], ["status", "--json"]])
def test_nothing_that_grades_is_imported(data, words):
    code = (
        "import sys; from grader.views.cli import main; main(sys.argv[1:]); "
        "print([m for m in ('torch', 'numpy', 'hypothesis') if m in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    end = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert end.stderr.splitlines() == ["[]"]
