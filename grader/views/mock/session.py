"""A mock interview in a terminal, from its first exercise to the last question."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from grader.coach.interview import ASK, BREAK, OVER, Interview, Step
from grader.views.diary import kept_going
from grader.views.editor import Editor
from grader.views.keys import ENTER, QUIT, Keys
from grader.views.layout import Line, counted, line, prose
from grader.views.mock.asking import questions_left, shown_question
from grader.views.mock.chair import Chair, Mute
from grader.views.mock.folder import is_new
from grader.views.saves import Saves
from grader.views.seat import Desk
from grader.views.workspace import text_of

TICK = 0.25  # seconds between two looks at the clock
ASLEEP = 60.0  # seconds: when a moment takes so long, nobody was there
RING = "\a"


class Left(Exception):
    """The candidate leaves; what was done is written down."""


@dataclass
class Session:
    """What sitting at an interview needs. editor: None where the candidate opens one alone."""

    desk: Desk
    interview: Interview
    keys: Keys
    editor: Editor | None
    in_terminal: bool  # whether the editor takes this terminal

    def serve(self) -> None:
        """Go on until all is asked; raises `Left`, and leaves the clock standing, before that."""
        try:
            while (step := self.interview.step()).kind not in (ASK, OVER):
                self._one(step)
            if step.kind == ASK:  # else it was ended from elsewhere
                self._ask()
        finally:
            with kept_going():
                self.interview.leave()

    def _one(self, step: Step) -> None:
        """One exercise, up to going on from it."""
        if step.kind == BREAK:
            self._between_parts()
        if self.interview.mock.turn is None:
            self.interview.open(step.exercise)
        card = next(card for card in self.desk.every if card.id == step.exercise)
        self._attend(Chair(self.desk, self.interview, card))

    def _attend(self, chair: Chair) -> None:
        with Saves(chair.path) as saves:
            chair.draw()
            self._open_editor(chair, saves)
            if is_new(self.interview, chair.card, text_of(chair.path)):
                chair.saved()  # what was saved while nobody was here
            told = ""
            while not self._pressed(chair, saves):
                self._look(chair, saves)
                if (now := chair.time()) != told:
                    self.desk.view.status(now)
                    told = now

    def _pressed(self, chair: Chair, saves: Saves) -> bool:
        """Serve the keys; whether it is time to go on."""
        for key in self._wait(saves):
            if key == QUIT:
                raise Left
            if key == "n" or (key == ENTER and chair.closed):
                if self._goes_on(chair):
                    return True
            elif key == "e" and not chair.closed:
                self._open_editor(chair, saves)
            else:
                chair.press(key)
        return False

    def _wait(self, saves: Saves) -> str:
        """Keys, after a moment at most."""
        before = self.interview.now
        keys = self.keys.wait(min(saves.patience, TICK), saves.wake)
        self._notice_absence(before)
        return keys

    def _notice_absence(self, before: datetime) -> None:
        """A moment that took a minute: the machine slept, or we were stopped."""
        if (self.interview.now - before).total_seconds() > ASLEEP:
            self.interview.resume()

    def _goes_on(self, chair: Chair) -> bool:
        """`n`: on from what is closed; what is not passed is submitted at the second one."""
        if chair.closed:
            return True
        if not chair.sure:
            chair.sure = True
            chair.say("It has not passed. n again submits it as it stands.", "strong")
            chair.draw()
            return False
        before = len(chair.turn.runs)
        chair.close("submitted")
        if len(chair.turn.runs) == before:
            return True
        chair.draw()  # a last verdict, which was not seen yet
        return False

    def _look(self, chair: Chair, saves: Saves) -> None:
        """What has happened since the last look: a save, another size, a word of the clock."""
        if saves.saved():
            chair.saved()
        elif chair.size != self.desk.view.size:
            chair.draw()
        self.interview.tick()
        if not chair.closed and not self.interview.left:
            chair.close("bell")
            self._ring(chair)
        elif chair.warned != chair.last_warned:
            self._ring(chair)

    def _ring(self, chair: Chair) -> None:
        chair.last_warned = chair.warned
        sys.stdout.write(RING)
        sys.stdout.flush()
        chair.draw()

    def _open_editor(self, chair: Chair, saves: Saves) -> None:
        if self.editor is None or chair.closed:
            return
        if self.in_terminal:
            with _muted(chair), self.keys.released(), _deaf_to_ctrl_c():
                problem = self._lend(self.editor.opening(chair.path.absolute()), chair, saves)
        else:
            problem = self.editor.open(chair.path.absolute())
        if problem:
            chair.say(problem, "bad")
        chair.draw()

    def _lend(self, command: list[str], chair: Chair, saves: Saves) -> str:
        """Give an editor the terminal until it ends; what is saved meanwhile is graded."""
        try:
            process = subprocess.Popen(command)
        except OSError as error:
            return f"{command[0]} could not be started: {error.strerror}."
        with process:
            while process.poll() is None:
                before = self.interview.now
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(saves.patience)
                self._notice_absence(before)
                self._look(chair, saves)
        return ""

    def _between_parts(self) -> None:
        mock, view = self.interview.mock, self.desk.view
        turns = [turn for turn in mock.turns if turn.part == mock.part]
        passed = sum(turn.passed for turn in turns)
        of = len(mock.terms.exercises)
        text = (
            f"Part {mock.part + 1} of {of} is over: {passed} of {counted(len(turns), 'exercise')} "
        )
        view.clear()
        view.show([line(), *prose(f"{text}passed. The clock stands still.", view.width, "strong")])
        view.show(
            [line(), *prose(f"Enter begins part {mock.part + 2} · q leave", view.width, "label")]
        )
        self._key((ENTER, " "))

    def _ask(self) -> None:
        """The questions, aloud: question, answer, whether it was covered."""
        cards = {card.id: card for card in self.desk.every}
        while left := questions_left(self.interview.mock, cards):
            exercise, question, answer = left[0]
            head = f"{counted(len(left), 'question')} left · {exercise}"
            self._show(head, shown_question(question, "", self.desk.view.width))
            self._show_keys(
                "Say the answer aloud. Enter shows a short one · x to the report · q leave"
            )
            if self._key((ENTER, " ", "x")) == "x":
                return
            self._show(head, shown_question(question, answer, self.desk.view.width))
            self._show_keys("Did you cover it? y yes · n no · q leave")
            self.interview.asked(exercise, question, self._key(("y", "n")) == "y")

    def _show(self, head: str, lines: list[Line]) -> None:
        self.desk.view.clear()
        self.desk.view.show([*prose(head, self.desk.view.width, "dim"), line(), *lines, line()])

    def _show_keys(self, text: str) -> None:
        self.desk.view.show(prose(text, self.desk.view.width, "label"))

    def _key(self, wanted: tuple[str, ...]) -> str:
        """Wait for one of some keys; raises `Left` for q."""
        silent, other = socket.socketpair()
        with silent, other:
            while True:
                for key in self.keys.wait(60.0, silent):
                    if key == QUIT:
                        raise Left
                    if key in wanted:
                        return key


@contextlib.contextmanager
def _muted(chair: Chair) -> Iterator[None]:
    """Nothing is shown meanwhile."""
    desk = chair.desk
    chair.desk = replace(desk, view=Mute(False))
    try:
        yield
    finally:
        chair.desk = desk


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Ctrl-C is the editor's meanwhile."""
    # A function, not SIG_IGN: the editor would inherit that.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
