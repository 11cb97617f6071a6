"""`drill watch` in a terminal: verdicts on saves of every kind, keys, and what it leaves behind."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest

from grader.judge import catalogue, render
from grader.views.demos.first import ATTEMPTS
from grader.views.saves import POLL, Saves
from grader.views.workspace import Workspace

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

ROOT = Path(__file__).parents[1]
CAUSAL = "attention/causal"
WRONG = (ATTEMPTS / "first_try.py").read_text()
RIGHT = (ATTEMPTS / "second_try.py").read_text()
NAMED = "the queries are the LAST Tq"
PASSED = "passed: all"
PATIENCE = 120.0  # seconds; far more than it takes on an idle machine


class Terminal:
    """A command in a pseudo-terminal, and someone who types and reads."""

    def __init__(self, folder: Path, *words: str, columns: int = 100, **variables: str) -> None:
        self.ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (40, columns))
        self.before = termios.tcgetattr(self.theirs)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", *words],
            cwd=folder,
            env={**environment, **variables},
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            start_new_session=True,
        )
        self.raw = ""

    def until(self, text: str) -> str:
        """Read until a text is seen; gives what was on the screen since the last one seen."""
        end = time.monotonic() + PATIENCE
        while text not in (seen := plain(self.raw)):
            if time.monotonic() > end or not self._read(0.2):
                raise AssertionError(f"{text!r} was not seen in:\n{seen}")
        self.raw = ""
        return seen

    def quiet(self, seconds: float) -> str:
        """What comes within some seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
        return plain(self.raw)

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """Wait for the end; gives the status."""
        stop = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < stop:
            self._read(0.1)
        return self.process.wait(1)

    def settings(self) -> list[object]:
        return list(termios.tcgetattr(self.theirs))

    def _read(self, seconds: float) -> bool:
        if select.select([self.ours], [], [], seconds)[0]:
            self.raw += os.read(self.ours, 1 << 16).decode(errors="replace")
            return True
        return self.process.poll() is None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


def plain(raw: str) -> str:
    """Terminal output as running text: without colours and line breaks."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", raw).split())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The learner's stub of an exercise."""
    found = Workspace(tmp_path)
    found.lay(catalogue.find(CAUSAL))
    return found.path(catalogue.find(CAUSAL))


@pytest.fixture
def practice(path: Path, tmp_path: Path) -> Path:
    return tmp_path


def by_rename(path: Path, text: str) -> None:
    """Save as many editors do."""
    other = path.with_name(".causal.py.swp")
    other.write_text(text)
    other.replace(path)


def by_removal(path: Path, text: str) -> None:
    """Save as some others do: for a moment there is no file."""
    path.unlink()
    time.sleep(0.4)
    path.write_text(text)


def test_saves_keys_and_quitting(practice: Path, path: Path) -> None:
    card = catalogue.find(CAUSAL)
    with Terminal(practice, "watch", CAUSAL) as terminal:
        assert "is not written yet" in terminal.until("q quit")
        path.write_text(WRONG)
        seen = terminal.until("q quit")
        assert NAMED in seen
        assert "smallest input" in seen
        assert "--only agrees_with_the_reference" in seen
        terminal.press("h")
        seen = terminal.until("q quit")
        assert "hint 1 of 3" in seen
        assert NAMED in seen
        by_rename(path, RIGHT)
        assert PASSED in terminal.until("q quit")
        assert "grading" not in terminal.quiet(1.0)  # a pass advances by itself to nothing
        by_removal(path, WRONG)
        assert NAMED in terminal.until("q quit")
        terminal.press("r")
        assert NAMED in terminal.until("q quit")
        terminal.press("x\x1b[A")  # neither is a key of ours
        assert "grading" not in terminal.quiet(0.5)
        terminal.press("n")
        following = Workspace(practice).next_after(card, catalogue.cards())
        assert following is not None
        assert f"`{following.entry}` is not written yet" in terminal.until("q quit")
        assert terminal.settings() != terminal.before
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before
    assert path.read_text() == WRONG


def test_without_events_it_polls_and_lays_a_missing_stub(practice: Path, path: Path) -> None:
    path.unlink()
    with Terminal(practice, "watch", CAUSAL, columns=60, **{POLL: "1"}) as terminal:
        assert "is not written yet" in terminal.until("q quit")
        assert path.read_text() == render.stub(catalogue.find(CAUSAL))
        path.write_text('print("so far")\nraise KeyError("x")\n')
        seen = terminal.until("q quit")
        assert "| so far" in seen
        assert "causal.py:2" in seen
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_given_back_when_it_is_ended(
    number: signal.Signals, practice: Path, path: Path
) -> None:
    with Terminal(practice, "watch", CAUSAL) as terminal:
        terminal.until("q quit")
        terminal.process.send_signal(number)
        assert terminal.end() == 128 + number
        assert terminal.settings() == terminal.before


def test_demo_goes_on_with_one_key(practice: Path) -> None:
    with Terminal(practice, "demo") as terminal:
        seen = terminal.until("or q to stop")  # may come together with what is before it
        assert NAMED in seen
        assert PASSED in seen
        assert terminal.settings() != terminal.before
        terminal.press(" ")
        assert "A blank stub was laid" in terminal.until("q leave")
        terminal.press("q")
        terminal.until("q quit")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.settings() == terminal.before


# Noticing saves, without a terminal.


@pytest.fixture(params=["events", "polling"])
def saves(
    request: pytest.FixtureRequest, path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Saves]:
    if request.param == "polling":
        monkeypatch.setenv(POLL, "1")
    with Saves(path) as found:
        yield found


def noticed(saves: Saves, seconds: float = 10.0) -> float | None:
    """Seconds until a save is noticed, if it is."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        select.select([saves.wake], [], [], saves.patience)
        if saves.saved():
            return passed
    return None


@pytest.mark.parametrize("save", [Path.write_text, by_rename, by_removal])
def test_every_kind_of_save_is_noticed_once(
    save: Callable[[Path, str], object], saves: Saves, path: Path
) -> None:
    assert noticed(saves, 0.5) is None
    for text in (WRONG, RIGHT):
        save(path, text)
        assert noticed(saves) is not None
        assert noticed(saves, 0.5) is None


def test_a_file_that_is_gone_or_just_emptied_is_no_save(saves: Saves, path: Path) -> None:
    path.unlink()
    assert noticed(saves, 0.6) is None
    path.write_text("")
    assert not saves.saved()  # perhaps the text comes at once
    path.write_text(RIGHT)
    assert noticed(saves) is not None
    path.write_text("")
    assert noticed(saves) is not None  # it stays empty, so that is what was meant


def test_a_folder_that_is_removed_and_made_again_does_no_harm(saves: Saves, path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    assert noticed(saves, 0.6) is None
    path.parent.mkdir()
    path.write_text(RIGHT)
    assert noticed(saves) is not None


def test_events_are_quicker_than_looking(path: Path) -> None:
    with Saves(path) as saves:
        time.sleep(0.5)  # until the system watches
        quickest = 1.0
        for number in range(10):
            noticed(saves, 0.15)
            path.write_text(f"# {number}\n")
            quickest = min(quickest, noticed(saves) or 1.0)
        assert quickest < 0.1 < saves.patience
