"""One exercise of a mock interview on the screen: its statement, its verdicts, and the clock."""

from __future__ import annotations

from grader.coach.interview import Interview, warning
from grader.coach.mock import Turn
from grader.judge.catalogue import Card
from grader.report import Report
from grader.views.keys import DOWN, UP
from grader.views.layout import Line, counted, fitted, hanging, height, line, prose
from grader.views.loop.words import clock
from grader.views.mock.agree import runs_used
from grader.views.mock.folder import is_late, is_new, laid
from grader.views.screen import Screen
from grader.views.seat import Desk, Seat
from grader.views.text import screen
from grader.views.workspace import shown, text_of

KEYS = "r run · s statement · e editor · n submit · q leave"
CLOSED_KEYS = "s statement · n go on · q leave"
STATEMENT, VERDICT = "statement", "verdict"
SCROLL = 5  # rows


class Mute(Screen):
    """A screen that shows nothing, while an editor has the terminal."""

    def write(self, text: str) -> None:
        pass

    def show(self, lines: object) -> None:
        pass

    def clear(self) -> None:
        pass

    def status(self, text: str) -> None:
        pass


class Chair(Seat):
    """The exercise that was opened last, until the candidate goes on."""

    def __init__(self, desk: Desk, interview: Interview, card: Card) -> None:
        super().__init__(desk, card)
        self.interview = interview
        self.path = laid(interview, card)
        self.pane = STATEMENT
        self.sure = False  # whether the next `n` submits without a pass
        self._from = 0  # the first line of the statement that is shown
        self.last_warned = self.warned  # what of the clock was shown last
        self._said: list[Line] = []

    @property
    def turn(self) -> Turn:
        return self.interview.mock.turns[-1]

    @property
    def closed(self) -> bool:
        return self.turn.closed is not None

    @property
    def warned(self) -> str:
        """What the clock says now."""
        return warning(self.interview.left, self.interview.mock.terms.minutes)

    def say(self, text: str, style: str = "") -> None:
        """Put a sentence above the keys, until the next one."""
        self._said = prose(text, self.desk.view.width, style)

    def press(self, key: str) -> None:
        """Do what a key stands for; others stand for nothing."""
        if key == "r":
            self.run()
        elif key == "s":
            self.pane = STATEMENT if self.pane == VERDICT else VERDICT
            self.draw()
        elif key in (UP, DOWN):
            self._from = max(0, self._from + (SCROLL if key == DOWN else -SCROLL))
            self.draw()

    def saved(self) -> None:
        """The file was saved: that runs it, unless runs are counted."""
        if self.closed:
            return
        if self.interview.mock.terms.runs is None:
            self.run()
        else:
            left = self.interview.mock.runs_left(self.turn)
            self.say("Saved. r runs it." if left else "Saved. n submits it.", "dim")
            self.draw()

    def run(self) -> None:
        """Grade the file, if there is time and a run left."""
        self.sure = False
        refused = self._refusal()
        if refused:
            self.say(refused, "bad")
            self.draw()
        else:
            self.grade()

    def grade(self) -> None:
        """Grade the file as it is now, show the verdict, and write it down."""
        self._said, self.pane = [], VERDICT
        super().grade()

    def record(self, report: Report) -> None:
        self.interview.ran(report, self.text)

    def close(self, how: str) -> None:
        """End the exercise. What was not graded yet is graded as it stands.

        how: as in `interview.outcome_of`.
        """
        text = text_of(self.path)
        new = is_new(self.interview, self.card, text)
        late = new and is_late(self.interview, self.path)
        if new and not late:
            self.grade()
        if not self.closed:
            self.interview.close(how, text if late else "")
        if late:
            self.say("What was saved after the end is kept, and was not graded.")

    def _refusal(self) -> str:
        """Why there is no run now, if so."""
        left = self.interview.mock.runs_left(self.turn)
        if self.closed:
            return "This exercise is closed. n goes on."
        if not self.interview.left:
            return "Time is up."
        used = runs_used(self.interview)
        return f"{used} n submits the file as it stands." if left == 0 else ""

    def after(self) -> list[Line]:
        return []

    def head(self) -> list[Line]:
        turn, room = self.turn, max(0, self.size[0] - len(self.card.id) - 1)
        lines: list[Line] = [
            ((self.card.id, "strong"), (f" · {self.card.title}"[:room], "dim")),
            line(shown(self.path), "code"),  # whole, to be copied
        ]
        if turn.twist_of:
            text = f"A twist: {turn.twist_of} was quick. This builds on it."
            lines += prose(text, self.desk.view.width, "label")
        return [*lines, line()]

    def body(self, room: int, columns: int) -> list[Line]:
        """The statement or the verdict, in `room` rows."""
        if self.pane == STATEMENT or self.report is None:
            return self._statement(max(room, 4), columns)
        width = self.desk.view.width
        if self.report.passed:
            count = f"{len(self.report.checks)} laws hold"
            return prose(f"{self.card.id} passed: all {count}.", width, "good", "✓ ", "  ")
        whole = screen(self.report, self._about, width)
        if sum(height(part, columns) for part in whole) <= room:
            return whole
        brief = screen(self.report, self._about, width, brief=True)
        return fitted(brief, room, columns, "a higher terminal shows all")

    def _statement(self, room: int, columns: int) -> list[Line]:
        """As much of it as there is room for, from where the candidate has gone down to."""
        rows = self.card.statement.splitlines()
        lines = [part for row in rows for part in hanging(row, columns, _indent(row)) or [line()]]
        self._from = min(self._from, max(0, len(lines) - room // 2))
        shown: list[Line] = []
        for number, part in enumerate(lines[self._from :], self._from):
            if sum(height(p, columns) for p in [*shown, part]) > room - 1:
                more = counted(len(lines) - number, "line")
                return [*shown, line(f"  [{more} more; the arrow keys scroll]", "dim")]
            shown.append(part)
        return shown

    def foot(self) -> list[Line]:
        width = self.desk.view.width
        said = self.warned
        warned = prose(said, width, "bad" if "left" in said or "up" in said else "strong")
        keys = CLOSED_KEYS if self.closed else KEYS
        return [*warned, *self._said, *prose(keys, width, "label")]

    def time(self) -> str:
        """The clock, for the lowest line."""
        mock = self.interview.mock
        parts = [f"{clock(self.interview.left)} left"]
        if len(mock.terms.exercises) > 1:
            parts.append(f"part {mock.part + 1} of {len(mock.terms.exercises)}")
        parts.append(_place(self.interview))
        left = mock.runs_left(self.turn)
        runs = counted(len(self.turn.runs), "run")
        parts.append(runs if left is None else f"{counted(left, 'run')} left")
        return " · ".join(parts)


def _indent(row: str) -> int:
    """Where what does not fit into a row goes on in the next."""
    return len(row) - len(row.lstrip()) + 2 * row.lstrip().startswith("- ")


def _place(interview: Interview) -> str:
    """Which exercise of the part this is; twists are not counted."""
    mock = interview.mock
    if mock.turns[-1].twist_of:
        return "twist"
    drawn = mock.terms.exercises[mock.part]
    return f"exercise {len(drawn) - len(mock.unopened(mock.part))} of {len(drawn)}"
