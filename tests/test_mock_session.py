"""`drill mock` as real processes: in a terminal, killed and gone on with, sealed, by commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.coach import isolate, reach
from grader.coach.interview import Interview
from grader.coach.mock import EARLY, FINISHED, TIME_UP, Mock, mocks
from grader.coach.practice import Practice
from grader.coach.terms import Terms
from grader.judge.catalogue import cards, find
from grader.views.demos.first import ATTEMPTS
from grader.views.grading import Printed
from grader.views.keys import Keys
from grader.views.mock.session import Session
from grader.views.saves import Saves
from grader.views.screen import Screen
from grader.views.seat import Desk
from grader.views.workspace import Workspace
from tests.test_watch import Terminal

CAUSAL, TWIST = "attention/causal", "attention/padding"
WRONG = (ATTEMPTS / "first_try.py").read_text()
RIGHT = (ATTEMPTS / "second_try.py").read_text()
NAMED = "the queries are the LAST Tq"
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORMATS = f"""
[one]
minutes = 40
exercises = ["{CAUSAL}"]
tracks = ["attention"]

[tight]
minutes = 10
exercises = ["{CAUSAL}", "attention/rope"]
count = 1

[days]
minutes = 12
parts = 2
exercises = ["{CAUSAL}", "decoding/top_k"]
count = 1
"""


class Candidate:
    """A practice folder, its history, and a clock that shows what a test says."""

    def __init__(self, root: Path, drill_in: Callable[..., Callable[..., str]]) -> None:
        self.root = root
        self.data = root / "data"
        (root / "exercises").mkdir()
        (root / "formats.toml").write_text(FORMATS)
        self._drill_in = drill_in

    def variables(self, minutes: float) -> dict[str, str]:
        """The environment at so many minutes."""
        now = (T0 + timedelta(minutes=minutes)).isoformat()
        return {
            "UNAIDED_DATA": str(self.data),
            "UNAIDED_NOW": now,
            "HOME": str(self.root / "home"),
            **dict.fromkeys(("EDITOR", "VISUAL", "TMUX"), ""),
            "PATH": _without_code(),
        }

    def sits(self, *words: str, at: float = 0, columns: int = 100, **more: str) -> Terminal:
        """`drill mock ...` in a terminal."""
        variables = {**self.variables(at), **more}
        return Terminal(self.root, "mock", *words, columns=columns, **variables)

    def says(self, *words: str, at: float = 0, status: int = 0, **more: str) -> str:
        """What a command says that must end with a status."""
        said = self._drill_in(self.root, **{**self.variables(at), **more})(*words, status=status)
        return " ".join(said.split())

    @property
    def practice(self) -> Practice:
        return Practice(self.data, cards(), lambda: T0)

    @property
    def mock(self) -> Mock:
        return mocks(self.practice.log.events())[-1]

    def file(self, id: str = CAUSAL) -> Path:
        return Path(self.mock.terms.folder) / "exercises" / f"{id}.py"

    def report(self) -> str:
        (path,) = (self.root / "mocks").iterdir()
        return path.read_text()


def _without_code() -> str:
    """The search path, less what would open a window on the machine of whoever runs the tests."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not shutil.which("code", path=f))


@pytest.fixture
def candidate(tmp_path: Path, drill_in: Callable[..., Callable[..., str]]) -> Candidate:
    return Candidate(tmp_path, drill_in)


def test_from_the_briefing_over_a_kill_to_the_report(candidate):
    with candidate.sits("one") as terminal:
        seen = terminal.until("leave it")
        assert "40 minutes" in seen and "not sealed" in seen and "browser" in seen
        assert CAUSAL not in seen  # sealed until it is opened
        terminal.press("\n")
        seen = terminal.until("exercise 1 of 1")
        assert "Each position may look at itself" in seen
        assert re.search(r"(40:00|39:5\d) left", seen)
        assert candidate.file().read_text().startswith(f"# {CAUSAL} ")
        assert "locked until the mock interview is over" in candidate.says("hint", CAUSAL, status=2)
        assert "locked" in candidate.says("solution", TWIST, "--plain", status=2)
        assert "locked" in candidate.says("notebook", CAUSAL, status=2)
        candidate.file().write_text(WRONG)
        assert NAMED in terminal.until("1 run")
        candidate.file().write_text(RIGHT)
        assert "passed: all" in terminal.until("2 runs")
        terminal.press("n")
        assert f"A twist: {CAUSAL} was quick" in terminal.until("left · twist")
        candidate.file(TWIST).write_text("# not much yet\n")
        terminal.until("1 run")
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.process.wait(10)
    assert [len(turn.runs) for turn in candidate.mock.turns] == [2, 1]
    assert "still under way" in candidate.says("mock", status=2)
    assert candidate.file(TWIST).read_text() == "# not much yet\n"
    candidate.file(TWIST).unlink()
    with candidate.sits("--resume", at=300, columns=60) as terminal:
        seen = terminal.until("left · twist")
        assert re.search(r"(40:00|39:\d\d) left", seen)  # nobody was there for five hours
        assert candidate.file(TWIST).read_text() == "# not much yet\n"  # from the history
        terminal.press("n")
        terminal.until("n again submits it")
        terminal.press("n")
        questions = [question for question, _ in (*find(CAUSAL).ask, *find(TWIST).ask)]
        assert questions[0][:30] in terminal.until("q leave")
        terminal.press("\n")
        assert find(CAUSAL).ask[0][1][:30] in terminal.until("Did you cover it?")
        terminal.press("y")
        terminal.until("Enter shows")
        terminal.press("\n")
        terminal.until("Did you cover it?")
        terminal.press("n")
        terminal.until("Enter shows")
        terminal.press("x")
        seen = terminal.until("one.md.")
        assert "1 passed of 1 drawn and 1 twist; finished." in seen
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before
    text = candidate.report()
    assert "| top left aligned |" in text and "| passed" in text
    assert re.search(r"- Away: at 0\d:\d\d for (4 h 59|5 h 0) min", text)
    assert f"A twist on {CAUSAL}" in text and RIGHT.strip() in text
    assert f"- covered: {questions[0]}" in text and f"- **not covered**: {questions[1]}" in text
    assert f"- not asked: {questions[2]}" in text
    assert candidate.mock.outcome == FINISHED
    outcomes = [round.outcome for round in candidate.practice.picture().rounds]
    assert outcomes == ["passed", "gave up"]
    assert "hint 1 of 3" in candidate.says("hint", CAUSAL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP, "q"])
def test_leaving_stops_the_clock_and_gives_the_terminal_back(candidate, how):
    with candidate.sits("one") as terminal:
        terminal.until("leave it")
        terminal.press("\n")
        terminal.until("exercise 1 of 1")
        if how == "q":
            terminal.press("q")
            terminal.until("drill mock --resume")
        else:
            terminal.process.send_signal(how)
        assert terminal.end() == (128 + how if how == signal.SIGHUP else 0)
        assert terminal.settings() == terminal.before
    assert not candidate.mock.here
    used = candidate.mock.used(T0)
    assert candidate.mock.used(T0 + timedelta(hours=1)) == used < 60
    if how == "q":
        assert "39:" in candidate.says("mock", "--resume", at=60)
        said = candidate.says("mock", "status", at=61)
        assert "38:" in said or "39:00" in said


def nearly_over(candidate: Candidate, seconds: float) -> None:
    """An interview that was killed so many seconds before its end."""
    now = [T0]
    practice = Practice(candidate.data, cards(), lambda: now[0])
    folder = candidate.root / "folder"
    agreed = Terms("tight", 10, ((CAUSAL,),), folder=str(folder), tracks=("attention",))
    interview = Interview.begin(practice, agreed)
    interview.open(CAUSAL)
    now[0] += timedelta(minutes=10, seconds=-seconds)
    interview.tick()


def test_the_clock_warns_and_then_takes_the_file_as_it_stands(candidate):
    nearly_over(candidate, 125)
    with candidate.sits("--resume", at=60) as terminal:
        seen = terminal.until("Two minutes are left.")
        assert "Half of the time is over." in seen
        assert "\a" in seen
        terminal.press("q")
        assert terminal.end() == 0
    assert candidate.mock.turn is not None


def test_at_the_bell_what_was_saved_is_graded_and_nothing_more(candidate):
    nearly_over(candidate, 12)
    with candidate.sits("--resume", at=60) as terminal:
        terminal.until("exercise 1 of 1")
        candidate.file().write_text(WRONG)
        terminal.until("1 run")
        seen = terminal.until("n go on")
        assert NAMED in seen and "Time is up." in seen
        candidate.file().write_text(RIGHT)
        terminal.press("r")
        assert "closed" in terminal.until("n go on")
        terminal.press("n")
        terminal.until("Enter shows")
        terminal.press("x")
        assert "time was up" in terminal.until("tight.md.")
        assert terminal.end() == 0
    (turn,) = candidate.mock.turns
    assert (len(turn.runs), turn.passed, turn.outcome) == (1, False, "gave up")
    assert candidate.mock.outcome == TIME_UP
    assert WRONG.strip() in candidate.report() and RIGHT.strip() not in candidate.report()


def test_without_a_terminal_each_part_is_a_command_with_an_exit_status(candidate):
    said = candidate.says("mock", "one", "--runs", "1")
    assert "The interview's folder is" in said and CAUSAL in said and "drill mock run" in said
    assert "still under way" in candidate.says("mock", "one", status=2)
    assert "questions come when the writing is over" in candidate.says("mock", "ask", status=2)
    candidate.file().write_text(WRONG)
    assert NAMED in candidate.says("mock", "run", at=2, status=1)
    assert "All of 1 run are used." in candidate.says("mock", "run", at=3, status=2)
    candidate.file().write_text(RIGHT)
    said = candidate.says("mock", "next", at=4)  # submitting grades what was not graded
    assert "passed: all" in said and TWIST in said
    assert "38:" not in said and "35:5" in said
    said = candidate.says("mock", "next", at=5, status=1)
    assert "drill mock ask" in said
    question, answer = find(CAUSAL).ask[0]
    assert question in candidate.says("mock", "ask", at=6)
    assert answer[:40] in candidate.says("mock", "answer", at=6)
    assert "Not covered" in candidate.says("mock", "missed", at=6)
    rest = len(find(CAUSAL).ask) + len(find(TWIST).ask) - 2
    assert f"Covered. {rest} questions left" in candidate.says("mock", "covered", at=7)
    asked = [(one.exercise, one.covered) for one in candidate.mock.asked]
    assert asked == [(CAUSAL, False), (CAUSAL, True)]
    assert "Saved as mocks/2026-03-02-one.md" in candidate.says("mock", "end", at=8)
    assert candidate.mock.outcome == FINISHED
    before = candidate.report()
    assert "Runs: 1 for each exercise" in before
    assert "Saved as mocks/2026-03-02-one.md" in candidate.says("mock", "report", at=9)
    assert candidate.report() == before
    (candidate.root / "mocks" / "2026-03-02-one.md").unlink()
    candidate.says("mock", "report", at=9)
    assert candidate.report() == before
    for word in ("run", "ask", "--resume"):
        assert "No mock interview is under way" in candidate.says("mock", word, at=9, status=2)


def test_a_report_is_written_over_no_other_file(candidate):
    (candidate.root / "mocks").mkdir()
    mine = candidate.root / "mocks" / "2026-03-02-one.md"
    mine.write_text("mine")
    for number in (2, 3):
        candidate.says("mock", "one")
        assert f"2026-03-02-one-{number}.md" in candidate.says("mock", "end")
    assert mine.read_text() == "mine"
    assert candidate.mock.outcome == EARLY


def test_what_is_saved_after_the_end_is_kept_and_not_graded(candidate):
    candidate.says("mock", "tight", "--seed", "1", "--tracks", "attention")
    (turn,) = candidate.mock.turns
    file = candidate.file(turn.exercise)
    file.write_text("late = 1\n")
    assert "Time is up" in candidate.says("mock", "run", at=11, status=2)
    said = candidate.says("mock", "end", at=30)
    assert "was saved after the end" in said
    (turn,) = candidate.mock.turns
    assert (turn.runs, turn.outcome) == ([], "gave up")
    assert candidate.mock.outcome == TIME_UP
    assert "late = 1" in candidate.report()


def test_what_was_saved_in_time_is_graded_even_when_someone_comes_late(candidate):
    candidate.says("mock", "one")
    candidate.file().write_text(RIGHT)
    os.utime(candidate.file(), (time.time() - 3600, time.time() - 3600))
    assert "passed: all" in candidate.says("mock", "next", at=45, status=1)
    assert candidate.mock.turns[0].passed


def test_between_two_parts_the_clock_stands_still(candidate):
    candidate.says("mock", "days")
    first = candidate.mock.turns[0].exercise
    assert "Time is up" in candidate.says("mock", "status", at=13)
    assert "the clock stands still" in candidate.says("mock", "next", at=13)
    candidate.says("mock", "next", at=50)
    second = candidate.mock.turns[1].exercise
    assert {first, second} == {CAUSAL, "decoding/top_k"}
    said = candidate.says("mock", "end", at=55)
    assert "not opened" not in said
    assert re.search(r"- Time: 12:00, 0[45]:\d\d of 2 parts of 12 minutes", said)


def test_parts_in_a_narrow_terminal(candidate):
    with candidate.sits("days", columns=60) as terminal:
        terminal.until("leave it")
        terminal.press("\n")
        terminal.until("part 1 of 2 · exercise 1 of 1")
        first = candidate.mock.turns[0].exercise
        candidate.file(first).write_text("# not much\n")
        terminal.until("1 run")
        terminal.press("n")
        terminal.until("n again submits it")
        terminal.press("n")
        seen = terminal.until("Enter begins part 2")
        assert "Part 1 of 2 is over: 0 of 1 exercise passed. The clock stands still." in seen
        terminal.press("\n")
        terminal.until("part 2 of 2 · exercise 1 of 1")
        terminal.press("q")
        assert terminal.end() == 0
    assert [(turn.part, turn.opened) for turn in candidate.mock.turns] == [(0, 0), (1, 0)]


def test_an_interview_that_another_terminal_ends_is_over_here_too(candidate):
    with candidate.sits("one") as terminal:
        terminal.until("leave it")
        terminal.press("\n")
        terminal.until("exercise 1 of 1")
        candidate.says("mock", "end", at=1)
        candidate.file().write_text(RIGHT)
        terminal.until("n go on")
        terminal.press("n")
        assert "ended early" in terminal.until("one.md.")
        assert terminal.end() == 0
    assert candidate.mock.turns[0].runs == []
    assert candidate.report()


@pytest.mark.parametrize(
    ("folder", "exercise", "says"),
    [
        ("/dev/null/folder", CAUSAL, "begun on another machine"),
        ("folder", "attention/gone", "attention/gone of this interview is not installed"),
    ],
)
def test_what_was_begun_elsewhere_can_be_ended_here(candidate, folder, exercise, says):
    agreed = Terms("one", 40, ((exercise,),), folder=str(candidate.root / folder))
    Interview.begin(candidate.practice, agreed).open(exercise)
    assert says in candidate.says("mock", "--resume", at=1, status=2)
    assert "Not covered" in candidate.says("mock", "end", at=2)


class Asleep(Keys):
    """A keyboard at a machine that sleeps for an hour while it waits."""

    def __init__(self, now: list[datetime]) -> None:
        self.now = now

    def wait(self, seconds: float, wake: socket.socket) -> str:
        self.now[0] += timedelta(hours=1)
        return ""


def test_while_the_machine_sleeps_the_clock_stands_still(candidate):
    now = [T0]
    practice = Practice(candidate.data, cards(), lambda: now[0])
    interview = Interview.begin(practice, Terms("one", 40, ((CAUSAL,),)))
    interview.open(CAUSAL)
    now[0] += timedelta(minutes=5)
    interview.tick()
    desk = Desk(lambda card, path: None, Printed(), Workspace(candidate.root), Screen(), cards())
    session = Session(desk, interview, Asleep(now), None, False)
    file = candidate.root / "file.py"
    with Saves(file) as saves:
        session._wait(saves)
    assert (interview.left, interview.mock.gaps[0].seconds) == (35 * 60, 3600)


def test_an_interview_with_ai_is_labelled_and_proves_nothing(candidate):
    candidate.says("mock", "one", "--ai-allowed")
    folder = Path(candidate.mock.terms.folder)
    assert not (folder / "AGENTS.md").exists()
    candidate.file().write_text(RIGHT)
    candidate.says("mock", "run")
    said = candidate.says("mock", "end")
    assert "Mock interview (AI allowed)" in said and "1 passed of 1 drawn" in said
    assert candidate.practice.picture().states == {}


def test_the_folder_asks_assistants_to_stay_out_and_nothing_else_is_touched(candidate):
    before = {path for path in candidate.root.rglob("*") if candidate.data not in path.parents}
    candidate.says("mock", "one", "--no-wait")
    folder = Path(candidate.mock.terms.folder)
    for name in ("AGENTS.md", "CLAUDE.md"):
        assert "unaided" in (folder / name).read_text()
    assert json.loads((folder / ".zed" / "settings.json").read_text()) == {"disable_ai": True}
    assert json.loads((folder / ".vscode" / "settings.json").read_text())["chat.disableAIFeatures"]
    assert (folder / ".noai").exists()
    after = {path for path in candidate.root.rglob("*") if candidate.data not in path.parents}
    assert after - {candidate.data} == before - {candidate.data}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scren",), "Did you mean screen"),
        (("--minutes", "5"), "the shortest takes 8"),
        (("--tracks", "atention"), "Did you mean attention"),
        (("--editor", "ed"), "takes vscode, vim, nvim, emacs"),
        (("--sealed",), "Only a session in a terminal can be sealed"),
        (("report",), "No mock interview is over yet"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(candidate, words, says):
    assert says in candidate.says("mock", *words, status=2)
    assert not candidate.data.exists()


def test_a_mistake_in_the_formats_is_told_with_its_line(candidate):
    (candidate.root / "formats.toml").write_text("[acme]\nminutes = 45\n\ntrack = 3\n")
    said = candidate.says("mock", "acme", status=2)
    assert "formats.toml, line 4: `track` is no setting" in said
    (candidate.root / "formats.toml").write_bytes(b"[acme]\n# \xff\n")
    assert "line 2: this is no UTF-8" in candidate.says("mock", "formats", status=2)
    (candidate.root / "formats.toml").write_text(FORMATS)
    assert "2 parts of 12 minutes" in candidate.says("mock", "formats")


# Editors and sealing.

VIM = shutil.which("vim")
needs_vim = pytest.mark.skipif(VIM is None, reason="there is no vim here")


def command_in_vim(text: str) -> str:
    return f":{text}\r"


@needs_vim
def test_an_editor_in_this_terminal_is_graded_while_it_is_open(candidate):
    attempt = candidate.root / "attempt.py"
    attempt.write_text(RIGHT)
    with candidate.sits("one", "--editor", "vim") as terminal:
        terminal.until("leave it")
        terminal.press("\n")
        terminal.until("Causal attention")
        terminal.press(command_in_vim(f"%d | silent 0r {attempt} | $d | silent w"))
        end = time.monotonic() + 60
        while not candidate.mock.turns[0].passed and time.monotonic() < end:
            terminal.quiet(0.2)
        assert candidate.mock.turns[0].passed  # and vim is still open
        terminal.press("\x03")  # is vim's, not ours; it forgets what was typed beside it
        terminal.until("exit Vim")
        terminal.press(command_in_vim("q"))
        assert "passed: all" in terminal.until("n go on")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before
    assert candidate.mock.terms.editor == "vim"


@needs_vim
@pytest.mark.skipif(isolate.sealed(["true"]) is None, reason="nothing seals here")
def test_a_sealed_session_has_no_network_and_grades(candidate):
    attempt, out = candidate.root / "attempt.py", candidate.root / "out.txt"
    attempt.write_text(RIGHT)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert reach.found([port, "0"]) != reach.SEALED
        with candidate.sits("one", "--editor", "vim", "--sealed") as terminal:
            assert "sealed: a connection was tried from in here" in terminal.until("leave it")
            terminal.press("\n")
            terminal.until("Causal attention")
            tried = f"{sys.executable} -I {reach.__file__} seen {port} 0 > {out}"
            terminal.press(command_in_vim(f"call system('{tried}')"))
            terminal.press(command_in_vim(f"%d | 0r {attempt} | $d | wq"))
            assert "passed: all" in terminal.until("n go on")
            terminal.press("q")
            assert terminal.end() == 0
    assert out.read_text().split() == ["seen", "sealed"]
    assert candidate.mock.terms.sealed
    assert "sealed" in candidate.says("mock", "next", status=2)
    assert "Network: sealed" in candidate.says("mock", "end")


@needs_vim
def test_what_cannot_be_proved_is_not_called_sealed(candidate):
    """A machine whose only wrapper cuts off nothing."""
    lib = candidate.root / "lib"
    lib.mkdir()
    code = "import grader.coach.isolate as i, sys\ni.WRAPPERS = {sys.platform: (('env',),)}\n"
    (lib / "sitecustomize.py").write_text(code)
    path = os.pathsep.join([str(lib), str(Path(__file__).parents[1])])
    with candidate.sits("one", "--editor", "vim", "--sealed", PYTHONPATH=path) as terminal:
        terminal.until("This session cannot be sealed")
        assert terminal.end() == 2
    assert not candidate.data.exists()


@needs_vim
def test_a_descriptor_from_elsewhere_does_not_make_it_sealed(candidate):
    with candidate.sits("one", "--editor", "vim", "--sealed", UNAIDED_SEAL="0") as terminal:
        terminal.until("This session cannot be sealed")
        assert terminal.end() == 2
    with candidate.sits("one", "--sealed") as terminal:
        terminal.until("Add --editor vim")
        assert terminal.end() == 2
