"""Bare `drill` in a terminal, over several days: start, verdicts, pass, what follows, kills."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest

from grader.coach.practice import Practice
from grader.judge.catalogue import Card, cards, find
from grader.report import Check, Report
from grader.views.demos.first import ATTEMPTS
from grader.views.grading import Printed
from grader.views.keys import QUIT, Keys
from grader.views.loop.begin import begin
from grader.views.loop.listing import choose
from grader.views.loop.turn import Turn
from grader.views.screen import Screen
from grader.views.seat import Desk
from grader.views.workspace import Workspace
from tests.test_watch import Terminal, plain

CAUSAL = "attention/causal"
WRONG = (ATTEMPTS / "first_try.py").read_text()
RIGHT = (ATTEMPTS / "second_try.py").read_text()
DAYS = [f"2026-03-{day:02}T09:00:00+00:00" for day in range(1, 29)]


class Days:
    """A learner's folder and history, and a clock that shows what a test says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.file = root / "exercises" / f"{CAUSAL}.py"
        (root / "exercises").mkdir()

    def drill(self, day: int, *words: str, columns: int = 100, **more: str) -> Terminal:
        variables = {"UNAIDED_DATA": str(self.data), "UNAIDED_NOW": DAYS[day], "EDITOR": ""}
        quiet = {"VISUAL": "", "TMUX": "", "PATH": os.environ["PATH"]}
        return Terminal(self.root, *words, columns=columns, **{**variables, **quiet, **more})

    @property
    def practice(self) -> Practice:
        return Practice(self.data, cards())

    def kinds(self) -> list[str]:
        return [event.kind for event in self.practice.log.events()]

    def save(self, text: str) -> None:
        self.file.write_text(text)


@pytest.fixture
def days(tmp_path: Path) -> Days:
    return Days(tmp_path)


def test_a_first_day_from_what_is_due_to_the_next_date(days):
    with days.drill(0) as terminal:
        seen = terminal.until("q quit")
        assert "1 attention/scaled_dot_product 12 min" in seen
        assert "New in attention." in seen
        terminal.press("l")
        terminal.until("search: _")
        terminal.press("causal")
        terminal.until("search: causal_")
        terminal.press("\n")
        seen = terminal.until("00:0")
        assert "A blank stub was laid, with the full statement." in seen
        assert "Causal attention" in seen
        days.save(WRONG)
        terminal.until("the queries are the LAST Tq")
        terminal.press("h")
        terminal.until("hint 1 of 3")
        days.save(RIGHT)
        seen = terminal.until("Enter on")
        assert re.search(r"passed in 00:\d\d of \d+ minutes, 2 runs, 1 hint", seen)
        assert "counts as good" in seen
        terminal.press("2")
        assert "you said hard" in terminal.until("Enter on")
        terminal.press("d")
        assert "the reference" in terminal.until("Enter on")
        terminal.press("f")
        assert "Say it aloud" in terminal.until("Enter on")
        terminal.press("\n")
        assert "done today: 1" in terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0
    assert days.kinds() == ["began", "ran", "hinted", "ran", "ended", "rated"]
    runs = days.practice.picture().rounds[0].runs
    assert [days.practice.log.source(run.digest) for run in runs] == [WRONG, RIGHT]


def test_it_comes_back_barer_and_the_earlier_attempt_is_kept(days):
    for day, bare in ((0, 0), (8, 1), (27, 2)):
        with days.drill(day, "start", CAUSAL) as terminal:
            terminal.until("00:0")
            assert days.practice.picture().rounds[-1].bare == bare
            text = days.file.read_text()
            assert ('"""' in text, "def causal" in text) == [
                (True, True),
                (True, True),
                (False, False),
            ][bare]
            assert ("Example" in text) == (bare == 0)
            days.save(RIGHT)
            terminal.until("Enter on")
            terminal.press("q")
            terminal.until("q quit")
            terminal.press("q")
            assert terminal.end() == 0
    kept = sorted((days.root / ".drill" / "attempts" / CAUSAL).iterdir())
    assert [path.read_text() for path in kept] == [RIGHT, RIGHT]
    assert [r.outcome for r in days.practice.picture().rounds] == ["passed"] * 3


def test_a_killed_round_goes_on_and_the_clock_stood_still(days):
    with days.drill(0, "start", CAUSAL) as terminal:
        terminal.until("00:0")
        days.save(WRONG)
        terminal.until("the queries are the LAST Tq")
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.process.wait(10)
    with days.drill(1) as terminal:
        assert "You began it and have not finished." in terminal.until("q quit")
        terminal.press("1")
        terminal.until("Goes on where you left it")
        assert days.file.read_text() == WRONG
        terminal.until("1 run")
        terminal.press("q")
        terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0
    (round,) = days.practice.picture().rounds
    assert round.seconds < 600
    assert [run.verdict for run in round.runs] == ["failed"]  # the same text is no other run
    assert days.kinds()[-1] == "paused"


def test_pause_give_up_and_reset_ask_first(days):
    with days.drill(0, "start", CAUSAL) as terminal:
        terminal.until("00:0")
        terminal.press("p")
        terminal.until("Paused. Any key goes on.")
        terminal.press(" ")
        terminal.until("h hint")
        days.save(WRONG)
        terminal.until("the queries are the LAST Tq")
        terminal.press("x")
        terminal.until("Lay a blank stub")
        terminal.press("n")
        terminal.until("h hint")
        assert days.file.read_text() == WRONG
        terminal.press("x")
        terminal.until("Lay a blank stub")
        terminal.press("y")
        terminal.until("A blank stub was laid")
        assert "raise NotImplementedError" in days.file.read_text()
        terminal.press("g")
        terminal.until("Give up and see the reference?")
        terminal.press("y")
        seen = terminal.until("Enter on")
        assert "given up" in seen
        assert "counts as again" in seen
        terminal.press("q")
        terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0
    assert [r.outcome for r in days.practice.picture().rounds] == ["left", "gave up"]


def test_it_fits_a_narrow_terminal_and_opens_an_editor_and_notes(days):
    editor = days.root / "my editor"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$0.log"\n')
    editor.chmod(0o755)
    with days.drill(0, "start", CAUSAL, columns=60, EDITOR=f"'{editor}'") as terminal:
        terminal.until("00:0")
        terminal.press("e")
        terminal.until("h hint")
        terminal.press("n")
        terminal.until("A line for your notes")
        terminal.press("mask before softmax\n")
        terminal.until("h hint")
        terminal.press("q")
        terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0
    assert Path(f"{editor}.log").read_text().strip().endswith(f"{CAUSAL}.py")
    assert (
        (days.root / "notes.md")
        .read_text()
        .endswith(f"## {CAUSAL} · Causal attention\n\n- 2026-03-01: mask before softmax\n")
    )


def test_what_is_saved_while_an_earlier_save_is_graded_has_a_verdict_of_its_own(days, monkeypatch):
    monkeypatch.chdir(days.root)

    def grade(card: Card, path: Path) -> Report:
        verdict = "passed" if path.read_text() == RIGHT else "failed"
        days.save(RIGHT)  # the learner goes on meanwhile
        return Report(card.id, str(path), verdict, (Check("one", verdict),), 1.0)

    desk = Desk(grade, Printed(), Workspace(days.root), Screen(False), cards())
    turn = Turn(desk, days.practice, begin(days.practice, desk.workspace, find(CAUSAL)))
    days.save(WRONG)
    turn.grade()
    turn.grade()
    (round,) = days.practice.picture().rounds
    graded = [(run.verdict, days.practice.log.source(run.digest)) for run in round.runs]
    assert graded == [("failed", WRONG), ("passed", RIGHT)]
    assert round.passed


def test_what_is_said_in_between_can_be_read(days):
    nothing = str(days.root / "no programs")
    with days.drill(0, "start", CAUSAL, PATH=nothing) as terminal:
        terminal.until("00:0")
        terminal.press("n")
        terminal.until("A line for your notes")
        terminal.press("\n")
        assert "Your notes are" in terminal.until("h hint")
        terminal.press("q")
        terminal.until("q quit")
        terminal.press("c")
        terminal.until("q quit")
        terminal.press("q")
        assert "0 cards reviewed" in terminal.until("Any key goes back.")
        assert terminal.quiet(0.5).strip() == ""
        terminal.press(" ")
        terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0


class Gone(Keys):
    """A terminal that ends while something is being searched for."""

    def __init__(self) -> None:
        self.left = ["rag", *[QUIT] * 9]

    def wait(self, seconds: float, wake: socket.socket) -> str:
        self.alive = self.left[0] != QUIT
        return self.left.pop(0)


def test_a_search_ends_with_its_terminal(days):
    assert choose(Gone(), Screen(False), days.practice.picture(), cards()) is None


def test_a_history_that_cannot_be_used_is_told_in_one_line(days):
    days.data.write_text("a file where the folder should be")
    with days.drill(0, "start", CAUSAL) as terminal:
        assert "cannot be used" in terminal.until("as you saved them.")
        assert terminal.end() == 1
    assert "Traceback" not in plain(terminal.raw)


def test_without_a_terminal_each_part_has_a_command(days, drill_in):
    run = drill_in(days.root, UNAIDED_DATA=str(days.data), UNAIDED_NOW=DAYS[0])
    assert "A blank stub was laid" in run("start", CAUSAL)
    assert "stands still" in run("pause", CAUSAL)
    assert "Goes on where you left it" in run("start", CAUSAL)
    run("hint", CAUSAL)
    days.save(RIGHT)
    run("grade", CAUSAL)
    assert "counts as easy" in run("rate", CAUSAL, "easy")
    assert json.loads(run("due", "--json"))[0]["kind"] == "new"
    assert "[]" not in run("plan", "--date", "2026-03-12", "--minutes", "30", "--focus", "rag")
    assert "Interview on Thursday, 12 March 2026" in run("plan")
    assert "will not fit" in run("plan")
    started = ["began", "paused", "resumed", "hinted"]
    assert days.kinds() == [*started, "ran", "ended", "rated", "planned"]
    assert "Written to" in run("note", CAUSAL, "--add", "scores before softmax")
    assert "scores before softmax" in run("notes", "SCORES")
    run("notes", "nothing like it", status=1)
    run("export", "history.jsonl")
    other = drill_in(days.root, UNAIDED_DATA=str(days.root / "other"), UNAIDED_NOW=DAYS[1])
    assert "8 events and 1 sources were added" in other("import", "history.jsonl")
    assert "0 events and 0 sources were added" in other("import", "history.jsonl")
    assert other("export") == run("export")
    run("rate", "attention/rope", "good", status=1)
    run("plan", "--date", "yesterday", status=2)
    assert "2206-03-12 is more than a year ahead" in run("plan", "--date", "2206-03-12", status=2)
    run("export", "history.jsonl", status=2)
