"""`drill` alone and `drill start`: today's practice, round after round, until someone leaves."""

from __future__ import annotations

import argparse
import contextlib
import socket
from pathlib import Path

from grader.coach.practice import Practice
from grader.judge.catalogue import Card, cards
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.report import Report
from grader.views import exits
from grader.views.diary import practice
from grader.views.editor import editor
from grader.views.grading import GradeOne, Printed
from grader.views.keys import ENTER, QUIT, Keys, keyboard
from grader.views.layout import line
from grader.views.loop.begin import begin
from grader.views.loop.home import home
from grader.views.loop.listing import choose
from grader.views.loop.turn import Turn
from grader.views.notes import FILE as NOTES
from grader.views.notes import add, heading
from grader.views.saves import Saves
from grader.views.screen import Screen
from grader.views.seat import Desk
from grader.views.workspace import Workspace, card_of

TICK = 0.25  # seconds between two looks at the clock


def start(args: argparse.Namespace, view: Screen) -> int:
    """`drill start`: a round at one exercise; without a terminal its stub is laid, no more."""
    card, workspace = card_of(args.id), Workspace.here()
    if view.is_terminal:
        return run(view, workspace, card, args.bare)
    begun = begin(practice(), workspace, card, args.bare)
    view.say(f"{card.id}: {begun.says()}")
    view.say(f"Write {workspace.path(card)}, then `drill grade {card.id}`. The clock runs.")
    return exits.PASSED


def run(
    view: Screen,
    workspace: Workspace,
    card: Card | None = None,
    bare: int | None = None,
    judging: Judging | None = None,
) -> int:
    """The loop on a terminal.

    card: where to begin; None shows what is due. judging: a judge that is open already.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        keys = stack.enter_context(keyboard())
        judging = judging or Judging(Printed(), stack)
        desk = Desk(judging.grade, judging.printed, workspace, view, cards())
        loop = _Loop(desk, practice(), keys, judging)
        while (card := card or loop.home()) is not None:
            card, bare = loop.turn(card, bare), None
    view.status("")
    return exits.PASSED


class Judging:
    """A judge that is opened when it is first needed: until then the statement can be read."""

    def __init__(
        self, printed: Printed, stack: contextlib.ExitStack, grade: GradeOne | None = None
    ) -> None:
        """stack: what closes it. grade: of a judge that is open already."""
        self.printed = printed
        self._stack = stack
        self._grade = grade

    def open(self) -> None:
        if self._grade is None:
            judge = self._stack.enter_context(open_judge(Options(echo=self.printed.add)))
            self._grade = judge.grade

    def grade(self, card: Card, path: Path) -> Report:
        self.open()
        assert self._grade is not None
        return self._grade(card, path)


class _Loop:
    """What one sitting needs."""

    def __init__(self, desk: Desk, practice: Practice, keys: Keys, judging: Judging) -> None:
        self.desk = desk
        self.practice = practice
        self.keys = keys
        self.judging = judging

    def home(self) -> Card | None:
        """Show what is due until something is chosen; None to quit."""
        view, every = self.desk.view, {card.id: card for card in self.desk.every}
        written = sum(self.desk.workspace.state(card) == "written" for card in self.desk.every)
        silent, other = socket.socketpair()
        with silent, other:
            while True:
                picture = self.practice.picture()
                lines, items = home(picture, view.width, written)
                view.clear()
                view.show(lines)
                for key in self.keys.wait(60.0, silent):
                    if key == QUIT:
                        return None
                    number = 1 if key == ENTER else int(key) if key.isdecimal() else 0
                    if 0 < number <= len(items):
                        return every[items[number - 1].id]
                    if key == "l" and (card := self.listed()):
                        return card
                    if key == "c":
                        self._cards()

    def _cards(self) -> None:
        """Today's cards, in between; what is said at their end stays until a key is pressed."""
        from grader.views.cards import review_today

        with self.keys.released():
            review_today(self.desk.view)
        self.desk.view.show([line(), line("Any key goes back.", "label")])
        silent, other = socket.socketpair()
        with silent, other:
            while not self.keys.wait(60.0, silent):
                pass

    def listed(self) -> Card | None:
        """What is chosen from the list."""
        return choose(self.keys, self.desk.view, self.practice.picture(), self.desk.every)

    def turn(self, card: Card, bare: int | None) -> Card | None:
        """One round; gives the exercise to go on with, None for the first screen."""
        turn = Turn(self.desk, self.practice, begin(self.practice, self.desk.workspace, card, bare))
        turn.draw()
        found = editor()
        if found and found.stays_aside:
            turn.open_editor()
        with Saves(turn.path) as saves:
            try:
                self.desk.view.status("loading torch ...")
                self.judging.open()
                turn.grade()
                return self._attend(turn, saves)
            finally:
                turn.leave()

    def _attend(self, turn: Turn, saves: Saves) -> Card | None:
        told = ""
        while True:
            for key in self.keys.wait(min(saves.patience, TICK), saves.wake):
                leaves, card = self._press(turn, key)
                if leaves:
                    return card
                told = ""
            if saves.saved():
                turn.grade()
                told = ""
            elif turn.size != self.desk.view.size:
                turn.draw()
                told = ""
            if (now := turn.time()) != told:
                self.desk.view.status(now)
                told = now

    def _press(self, turn: Turn, key: str) -> tuple[bool, Card | None]:
        """Do what a key stands for; whether the round is left, and for which exercise."""
        if turn.sure or turn.paused:
            turn.press(key)
        elif key == QUIT or (key == ENTER and turn.ended):
            return True, None
        elif key == "l":
            card = self.listed()
            if card is not None and card != turn.card:
                return True, card
            turn.draw()
        elif key == "e":
            with self.keys.released():
                turn.open_editor()
        elif key == "n":
            self._note(turn)
        else:
            turn.press(key)
        return False, None

    def _note(self, turn: Turn) -> None:
        """Take a line for the notes; an empty one opens the document."""
        path, problem = self.desk.workspace.root / NOTES, ""
        self.desk.view.status("")
        with self.keys.released(), contextlib.suppress(EOFError, KeyboardInterrupt):
            text = input("A line for your notes (Enter alone opens them): ").strip()
            if text:
                add(path, turn.card, text)
            elif found := editor():
                problem = found.open(path, heading(path, turn.card))
            else:
                at = heading(path, turn.card)
                problem = f"There is no $EDITOR and no VS Code here. Your notes are {path}:{at}."
        turn.tell(problem)
