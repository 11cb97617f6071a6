"""One round on the screen: the statement and a clock, verdicts on every save, what follows."""

from __future__ import annotations

from grader.coach.event import digest_of
from grader.coach.history import AWAY, GAVE_UP, PASSED, Round
from grader.coach.practice import Practice
from grader.judge import render
from grader.report import Report
from grader.views.editor import editor
from grader.views.keys import DOWN, UP
from grader.views.layout import Line, counted, height, line, prose, statement
from grader.views.loop import words
from grader.views.loop.begin import Begun, afresh
from grader.views.loop.beside import beside
from grader.views.seat import Desk, Seat
from grader.views.workspace import shown, text_of

RUNNING = (
    "h hint · r rerun · s statement · e editor · p pause · g give up · x reset · n note · l list · "
    "q leave"
)
ENDED = "Enter on · d beside the reference · f questions · n note · l list · q leave"
STATEMENT, VERDICT, BESIDE, QUESTION = "statement", "verdict", "beside", "question"
SURE = {"g": "Give up and see the reference?", "x": "Lay a blank stub, and keep a copy of this?"}


class Turn(Seat):
    """One round at an exercise, until it is passed, given up or left."""

    def __init__(self, desk: Desk, practice: Practice, begun: Begun) -> None:
        super().__init__(desk, begun.card)
        self.begun = begun
        self.practice = practice
        self.pane = STATEMENT
        self.paused = False
        self.sure = ""  # a key that waits for a yes
        self._from = 0  # the first line of the pane that is shown
        self._asked = 0  # follow-up questions seen; odd halves have no answer yet
        self._round = self._looked_up()
        self._said = prose(begun.says(), desk.view.width, "dim")

    def press(self, key: str) -> None:
        """Do what a key stands for; others stand for nothing."""
        if self.sure:
            wanted, self.sure = self.sure, ""
            if key == "y":
                self._sured(wanted)
            self.draw()
        elif key in (UP, DOWN):
            self._from = max(0, self._from + (5 if key == DOWN else -5))
            self.draw()
        elif self.ended:
            self._press_ended(key)
        else:
            self._press_running(key)

    def _press_running(self, key: str) -> None:
        if self.paused or key == "p":
            self._set_paused(not self.paused)
        elif key == "h":
            self.hint = self.next_hint()
            self.practice.hinted(self.begun.round, self.desk.workspace.hints_shown(self.card))
        elif key == "s":
            self._show(STATEMENT if self.pane == VERDICT else VERDICT)
        elif key in SURE:
            self.sure = key
        elif key == "r":
            self.grade()
            return
        else:
            return
        self._round = self._looked_up()
        self.draw()

    def _press_ended(self, key: str) -> None:
        if key == "d":
            self._show(VERDICT if self.pane == BESIDE else BESIDE)
        elif key == "f" and self.card.ask:
            self._asked = self._asked + 1 if self.pane == QUESTION else 0
            self._asked %= 2 * len(self.card.ask)
            self._show(QUESTION)
        elif key in ("1", "2", "3", "4"):
            self.practice.rate(self.begun.round, int(key))
            self._round = self._looked_up()
        else:
            return
        self.draw()

    def _sured(self, key: str) -> None:
        if key == "g":
            self.practice.end(self.begun.round, GAVE_UP)
            self.hint = []
            self._show(BESIDE)
        else:
            self.begun = afresh(self.practice, self.desk.workspace, self.card, self.begun.bare)
            self._said = prose(self.begun.says(), self.desk.view.width, "dim")
            self.report, self.hint = None, []
            self._show(STATEMENT)
        self._round = self._looked_up()

    def _set_paused(self, paused: bool) -> None:
        self.paused = paused
        (self.practice.pause if paused else self.practice.resume)(self.begun.round)

    def leave(self) -> None:
        """Stop the clock of a round that is not over, so that it can be gone on with."""
        if not self.ended and not self.paused:
            self.practice.pause(self.begun.round)

    def open_editor(self) -> None:
        """Open the file in the learner's editor."""
        found = editor()
        nothing = "There is no $EDITOR and no VS Code here. Open the file in any editor."
        self.tell(found.open(self.path.absolute()) if found else nothing)

    def tell(self, problem: str) -> None:
        """Draw it anew, with what went wrong."""
        self._said = prose(problem, self.desk.view.width, "bad") if problem else []
        self.draw()

    @property
    def ended(self) -> bool:
        return self._round.outcome is not None

    def record(self, report: Report) -> None:
        """Write down a verdict; a pass ends the round. The same text again is no other run."""
        text, runs = self.text, self._round.runs
        if self.ended or (runs and text and runs[-1].digest == digest_of(text)):
            return
        if self.paused:
            self._set_paused(False)
        self.practice.ran(self.begun.round, report, text)
        if report.passed:
            self.practice.end(self.begun.round, PASSED)
            self.hint = []
        self._round = self._looked_up()

    def grade(self) -> None:
        """Grade the file; a stub that nobody touched leaves the statement on the screen."""
        if not self.ended and self.desk.workspace.is_untouched(self.card):
            self.draw()
            return
        self._said = []
        self._show(VERDICT)
        super().grade()

    def _looked_up(self) -> Round:
        found = self.practice.picture().rounds
        return next(r for r in found if r.id == self.begun.round)

    def _show(self, pane: str) -> None:
        self.pane, self._from = pane, 0

    def head(self) -> list[Line]:
        card = self.card
        room = self.size[0] - len(card.id)
        about = [f" · {card.title}", f" · {shown(self.path)}"]
        while about and len("".join(about)) > room:
            about.pop()
        return [((card.id, "strong"), ("".join(about), "dim")), line()]

    def body(self, room: int, columns: int) -> list[Line]:
        if self.pane == VERDICT:
            return super().body(room, columns)
        return self._window(self._pane(), max(room, 4), columns)

    def _pane(self) -> list[Line]:
        width = self.desk.view.width
        if self.pane == BESIDE:
            return beside(self.card, text_of(self.path), self.size[0])
        if self.pane == QUESTION:
            question, answer = self.card.ask[self._asked // 2]
            lines = prose(question, width, "strong")
            told = prose(answer, width, "", "  ", "  ")
            wait = prose("Say it aloud. f shows a short answer.", width, "dim", "  ")
            return [*lines, line(), *(told if self._asked % 2 else wait)]
        if self.begun.bare == render.SPOKEN:
            return prose(render.spoken(self.card), width)
        if self.begun.bare == render.SIGNATURE:
            return [line(row) for row in render.stub(self.card, render.SIGNATURE).splitlines()]
        return statement(self.card.statement, width)

    def _window(self, lines: list[Line], room: int, columns: int) -> list[Line]:
        """As many of the lines as there is room for, from where the learner has gone down to."""
        self._from = min(self._from, max(0, len(lines) - room // 2))
        shown: list[Line] = []
        for part in lines[self._from :]:
            if sum(height(p, columns) for p in [*shown, part]) > room - 1:
                more = len(lines) - self._from - len(shown)
                return [*shown, line(f"  [{more} lines more; the arrow keys scroll]", "dim")]
            shown.append(part)
        return shown

    def foot(self) -> list[Line]:
        width = self.desk.view.width
        if self.sure:
            return prose(f"{SURE[self.sure]} y yes, any other key no", width, "bad")
        if self.paused:
            return prose("Paused. Any key goes on.", width, "label")
        if not self.ended:
            return [*self._said, *prose(RUNNING, width, "label")]
        picture = self.practice.picture()
        lines = words.result(self._round, self.card, width)
        lines += words.coming(self._round, self.card, picture, width)
        return [*self._said, *lines, line(), *prose(ENDED, width, "label")]

    def time(self) -> str:
        """The clock, for the lowest line."""
        if self.ended:
            return ""
        running = 0.0 if self.paused else (self.practice.time() - self._round.last).total_seconds()
        spent = self._round.seconds + (running if 0 < running < AWAY else 0.0)
        parts = [f"{words.clock(spent)} of {self.card.minutes:02}:00"]
        parts += [counted(len(self._round.runs), "run")] if self._round.runs else []
        parts += [counted(self._round.hints, "hint")] if self._round.hints else []
        over = spent > 60 * self.card.minutes
        return " · ".join(parts) + (" · over the interview's time; go on" if over else "")
