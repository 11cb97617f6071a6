"""`drill watch`: a verdict on every save, with the judge kept warm."""

from __future__ import annotations

import argparse
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from grader.judge.catalogue import Card, cards
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.report import Report
from grader.views import exits
from grader.views.exits import Misuse
from grader.views.grading import GradeOne, Printed
from grader.views.keys import QUIT, Keys, keyboard
from grader.views.layout import Line, fitted, height, labelled, line, prose, shortened
from grader.views.learn import hint_lines
from grader.views.saves import Saves
from grader.views.screen import Screen
from grader.views.text import About, screen
from grader.views.workspace import Workspace, card_of, shown

KEYS = "h hint · r rerun · n next · q quit"
PRINTED_ROWS = 6


@dataclass(frozen=True)
class Desk:
    """What watching needs: how to grade, what is printed meanwhile, whose files, which screen."""

    grade: GradeOne
    printed: Printed
    workspace: Workspace
    view: Screen
    every: list[Card]

    def next_after(self, card: Card) -> Card:
        """Where `n` leads: to what is not written, or, when all is, to what comes next."""
        place = self.every.index(card) + 1 if card in self.every else 0
        following = self.workspace.next_after(card, self.every)
        return following or self.every[place % len(self.every)]


def watch(args: argparse.Namespace, view: Screen) -> int:
    """Watch one exercise, or the first that is not written."""
    workspace, printed, every = Workspace.here(), Printed(), cards()
    card = card_of(args.id) if args.id else first(workspace, every)
    if not view.is_terminal:
        raise Misuse(
            "`drill watch` needs a terminal to show verdicts and to read keys. "
            f"Elsewhere use `drill grade {card.id}`."
        )
    view.say(f"Loading torch, to grade {card.id} ...", "dim")
    with open_judge(Options(echo=printed.add)) as judge:
        return watched(Desk(judge.grade, printed, workspace, view, every), card)


def first(workspace: Workspace, every: list[Card]) -> Card:
    """The exercise to begin with."""
    return workspace.next_after(None, every) or every[0]


def watched(desk: Desk, card: Card) -> int:
    """Watch exercise after exercise, until someone quits."""
    following: Card | None = card
    with contextlib.suppress(KeyboardInterrupt), keyboard() as keys:
        while following is not None:
            seat = _Seat(desk, following)
            with Saves(seat.path) as saves:
                following = _attend(seat, saves, keys)
    return exits.PASSED


def _attend(seat: _Seat, saves: Saves, keys: Keys) -> Card | None:
    """Serve one exercise until it is left; gives the next one, or None to quit."""
    seat.grade()
    while True:
        for key in keys.wait(saves.patience, saves.wake):
            if key == QUIT:
                return None
            if key == "n":
                return seat.desk.next_after(seat.card)
            seat.press(key)
        if saves.saved():
            seat.grade()
        elif seat.size != seat.desk.view.size:
            seat.draw()


class _Seat:
    """One exercise on the screen."""

    def __init__(self, desk: Desk, card: Card) -> None:
        self.desk = desk
        self.card = card
        self.size = desk.view.size
        self.path = Path(shown(desk.workspace.path(card)))
        self._screen: tuple[Report, About] | None = None
        self._hint: list[Line] = []
        self._notes: list[Line] = []
        desk.workspace.lay(card)

    def press(self, key: str) -> None:
        """Do what a key stands for; others stand for nothing."""
        if key == "r":
            self.grade()
        elif key == "h":
            self._hint = self._next_hint()
            self.draw()

    def grade(self) -> None:
        """Grade the file as it is now and show the verdict."""
        self.desk.view.status(f"grading {self.path} ...")
        try:
            about = About.of(self.path)
            report = self.desk.grade(self.card, self.path)
        except FileNotFoundError:
            self._notes = [line(f"{self.path} is gone; save it, or press n to go on.", "bad")]
            self._screen = None
        else:
            self._screen = report, about
            self._notes = [*self._printed(), *self._passed(report)]
        self.draw()

    def draw(self) -> None:
        """Put all of it on the screen, in as many rows as there are."""
        view = self.desk.view
        self.size = view.size
        columns, rows = self.size
        below = [*self._notes, *self._hint, line(), *_footer(self.card, view.width)]
        room = rows - 1 - sum(height(part, columns) for part in below)
        view.clear()
        view.show([*self._verdict(room, columns), *below])

    def _verdict(self, room: int, columns: int) -> list[Line]:
        if self._screen is None:
            return []
        width = self.desk.view.width
        whole = screen(*self._screen, width)
        if sum(height(part, columns) for part in whole) <= room:
            return whole
        brief = screen(*self._screen, width, brief=True)
        return fitted(brief, room, columns, f"`drill grade {self.card.id}` shows all")

    def _passed(self, report: Report) -> list[Line]:
        if not report.passed:
            return []
        following = self.desk.next_after(self.card)
        return labelled("next", f"press n to go on with {following.id}", self.desk.view.width)

    def _printed(self) -> list[Line]:
        rows = self.desk.printed.take()
        if not rows:
            return []
        shown = shortened(rows, max(3, min(PRINTED_ROWS, self.size[1] // 6)))
        return [line("Your code printed:", "label"), *(line(f"| {row}", "dim") for row in shown)]

    def _next_hint(self) -> list[Line]:
        width = self.desk.view.width
        found = self.desk.workspace.next_hint(self.card)
        if found is not None:
            return hint_lines(self.card, *found, width)
        last = hint_lines(self.card, len(self.card.hints), self.card.hints[-1], width)
        more = f"That is the last one; `drill hint {self.card.id}` shows all."
        return [*last, *prose(more, width, "dim", "  ", "  ")]


def _footer(card: Card, width: int) -> list[Line]:
    now = time.strftime("%H:%M:%S")
    left = f"{card.id} at {now}"
    text = f"{left} · {KEYS}" if len(left) + len(KEYS) + 3 <= width else KEYS
    return [line(text, "label")]
