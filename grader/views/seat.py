"""One exercise on the screen: its verdict on every save, hints, and what its keys do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from grader.judge.catalogue import Card
from grader.report import Report
from grader.views.diary import note
from grader.views.grading import GradeOne, Printed
from grader.views.layout import Line, fitted, height, labelled, line, prose, shortened
from grader.views.learn import hint_lines
from grader.views.mock.locked import why_locked
from grader.views.screen import Screen
from grader.views.text import About, screen
from grader.views.workspace import Workspace, shown, text_of

PRINTED_ROWS = 6


@dataclass(frozen=True)
class Desk:
    """What grading on save needs: how to grade, what is printed meanwhile, whose files, which
    screen.
    """

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


class Seat:
    """One exercise on the screen. Subclasses say what stands around the verdict."""

    def __init__(self, desk: Desk, card: Card) -> None:
        self.desk = desk
        self.card = card
        self.size = desk.view.size
        self.path = Path(shown(desk.workspace.path(card)))
        self.text = ""  # what was graded last
        self.report: Report | None = None
        self.hint: list[Line] = []
        self._about = About()
        self._notes: list[Line] = []

    def press(self, key: str) -> None:
        """Do what a key stands for; others stand for nothing."""
        if key == "r":
            self.grade()
        elif key == "h":
            self.hint = self.next_hint()
            self.draw()

    def grade(self) -> None:
        """Grade the file as it is now and show the verdict."""
        self.desk.view.status(f"grading {self.path} ...")
        try:
            self._about, self.text = About.of(self.path), text_of(self.path)
            self.report = self.desk.grade(self.card, self.path)
        except FileNotFoundError:
            self._notes = [line(f"{self.path} is gone; save it once more.", "bad")]
            self.report = None
        else:
            self.record(self.report)
            self._notes = [*self._printed(), *self.after()]
        self.draw()

    def draw(self) -> None:
        """Put all of it on the screen, in as many rows as there are."""
        view = self.desk.view
        self.size = view.size
        columns, rows = self.size
        above = self.head()
        below = [*self._notes, *self.hint, line(), *self.foot()]
        room = rows - 1 - sum(height(part, columns) for part in [*above, *below])
        view.clear()
        view.show([*above, *self.body(room, columns), *below])

    def body(self, room: int, columns: int) -> list[Line]:
        """The verdict, in `room` rows."""
        if self.report is None:
            return []
        width = self.desk.view.width
        whole = screen(self.report, self._about, width)
        if sum(height(part, columns) for part in whole) <= room:
            return whole
        brief = screen(self.report, self._about, width, brief=True)
        return fitted(brief, room, columns, f"`drill grade {self.card.id}` shows all")

    def record(self, report: Report) -> None:
        """Write a verdict down."""
        note(self.card, self.path, report, self.text)

    def head(self) -> list[Line]:
        """What stands above the verdict."""
        return []

    def foot(self) -> list[Line]:
        """What stands at the lower end."""
        raise NotImplementedError

    def after(self) -> list[Line]:
        """What is to be said beside a verdict."""
        return []

    def next_hint(self) -> list[Line]:
        """One more hint; after the last one it stays."""
        width = self.desk.view.width
        if says := why_locked(self.card.id):
            return prose(says, width, "bad")
        found = self.desk.workspace.next_hint(self.card)
        if found is not None:
            return hint_lines(self.card, *found, width)
        last = hint_lines(self.card, len(self.card.hints), self.card.hints[-1], width)
        more = f"That is the last one; `drill hint {self.card.id}` shows all."
        return [*last, *prose(more, width, "dim", "  ", "  ")]

    def _printed(self) -> list[Line]:
        rows = self.desk.printed.take()
        if not rows:
            return []
        shown = shortened(rows, max(3, min(PRINTED_ROWS, self.size[1] // 6)))
        return [line("Your code printed:", "label"), *(line(f"| {row}", "dim") for row in shown)]


class Watched(Seat):
    """An exercise under `drill watch`."""

    KEYS = "h hint · r rerun · n next · q quit"

    def after(self) -> list[Line]:
        if self.report is None or not self.report.passed:
            return []
        following = self.desk.next_after(self.card)
        return labelled("next", f"press n to go on with {following.id}", self.desk.view.width)

    def foot(self) -> list[Line]:
        left = f"{self.card.id} at {time.strftime('%H:%M:%S')}"
        fits = len(left) + len(self.KEYS) + 3 <= self.desk.view.width
        return [line(f"{left} · {self.KEYS}" if fits else self.KEYS, "label")]
