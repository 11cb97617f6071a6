"""A mock interview without a terminal: each part of it as a command with an exit status."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from grader.coach.interview import ASK, BELL, BREAK, OPEN, WRITE, Interview, ending
from grader.coach.mock import EARLY
from grader.judge.catalogue import Card, UnknownExercise, find
from grader.report import Report
from grader.views import exits
from grader.views.diary import practice
from grader.views.exits import Misuse
from grader.views.layout import labelled, line
from grader.views.loop.words import clock
from grader.views.mock.agree import runs_used
from grader.views.mock.closing import finish
from grader.views.mock.command import can_go_on, under_way
from grader.views.mock.folder import is_late, is_new, laid, path_of
from grader.views.screen import Screen
from grader.views.text import About, screen
from grader.views.workspace import shown, text_of

SEALED = (
    "This interview is sealed, and a command outside is not. Go on in a terminal with "
    "`drill mock --resume`, or end it with `drill mock end`."
)


def began(interview: Interview, view: Screen) -> int:
    """A new interview: its first exercise is laid, and the clock runs."""
    view.say(f"The interview's folder is {interview.mock.terms.folder}.")
    return _open(interview, view)


def status(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock status`: where it stands. Exit status 2 when none is under way."""
    return told(under_way(practice()), view)


def told(interview: Interview, view: Screen) -> int:
    """What is open, how much time is left, and which command is next."""
    step, mock = interview.step(), interview.mock
    if step.kind == WRITE:
        assert mock.turn is not None
        left = mock.runs_left(mock.turn)
        view.show(labelled("open", step.exercise, view.width))
        view.show([line(f"    {shown(path_of(interview, step.exercise))}", "code")])
        view.show(labelled("time", f"{clock(interview.left)} left", view.width))
        if left is not None:
            view.show(labelled("runs", f"{left} left", view.width))
    elif step.kind in (OPEN, BREAK):
        stands = ", and the clock stands still" if step.kind == BREAK else ""
        view.say(f"The next exercise is not opened yet{stands}.")
    else:
        view.say("Time is up." if step.kind == BELL else "The writing is over.")
    view.show(labelled("go on", COMMANDS[step.kind], view.width))
    return exits.PASSED


COMMANDS = {
    WRITE: "`drill mock run` grades it, `drill mock next` submits it",
    OPEN: "`drill mock next` opens it",
    BREAK: "`drill mock next` opens it",
    BELL: "`drill mock next` submits what was there in time",
    ASK: "`drill mock ask` asks what is left; `drill mock end` writes the report",
}


def run(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock run`: grade the open exercise. 0 passed, 1 not passed, 2 no run is left."""
    interview = _present()
    turn = interview.mock.turn
    if turn is None:
        raise Misuse(f"No exercise is open: {COMMANDS[interview.step().kind]}.")
    if not interview.left:
        raise Misuse("Time is up. `drill mock next` submits what was there in time.")
    if interview.mock.runs_left(turn) == 0:
        raise Misuse(f"{runs_used(interview)} `drill mock next` submits the file as it stands.")
    path = path_of(interview, turn.exercise)
    if not path.exists():
        raise Misuse(f"{shown(path)} is gone; save it once more, or let `--resume` lay it again.")
    report = _graded(interview, find(turn.exercise), path, view)
    told(interview, view)
    return exits.PASSED if report.passed else exits.FAILED


def next_one(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock next`: submit what is open, and open the next. 1 when there is none.

    The first exercise of another part is opened by one more, so that there is time for a break.
    """
    interview = _present()
    submits = interview.mock.turn is not None
    _submit(interview, "bell" if not interview.left else "submitted", view)
    kind = interview.step().kind
    if kind == OPEN or (kind == BREAK and not submits):
        return _open(interview, view)
    told(interview, view)
    return exits.PASSED if kind == BREAK else exits.FAILED


def end(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock end`: the interview is over, whatever is left; the report follows."""
    found = practice()
    interview = under_way(found)
    over = interview.step().kind in (BELL, ASK)
    _submit(interview, "bell" if not interview.left else "early", view)
    finish(interview, found, ending(interview.mock) if over else EARLY, view)
    return exits.PASSED


def written(interview: Interview) -> None:
    """Raises Misuse while there is still something to write."""
    kind = interview.step().kind
    if kind != ASK:
        raise Misuse(f"The questions come when the writing is over: {COMMANDS[kind]}.")


def _present() -> Interview:
    """The interview under way; whoever left it is back now."""
    interview = can_go_on(under_way(practice()))
    if interview.mock.terms.sealed:
        raise Misuse(SEALED)
    if not interview.mock.here:
        interview.resume()
    return interview


def _open(interview: Interview, view: Screen) -> int:
    step = interview.step()
    interview.open(step.exercise)
    laid(interview, find(step.exercise))
    if step.twist_of:
        view.say(f"A twist: {step.twist_of} was quick. This builds on it.")
    return told(interview, view)


def _submit(interview: Interview, how: str, view: Screen) -> None:
    """Close the open exercise; what of it was saved in time and not graded yet is graded."""
    turn = interview.mock.turn
    if turn is None:
        return
    path = path_of(interview, turn.exercise)
    text, late = text_of(path), False
    with contextlib.suppress(UnknownExercise):
        card = find(turn.exercise)
        new = is_new(interview, card, text)
        late = new and is_late(interview, path)
        if new and not late:
            _graded(interview, card, path, view)
    interview.close(how, text if late else "")
    if late:
        view.say(f"{shown(path)} was saved after the end; it is kept, and was not graded.")


def _graded(interview: Interview, card: Card, path: Path, view: Screen) -> Report:
    """Grade a file, write the verdict down and show it."""
    from grader.judge.open import open_judge

    text, about = text_of(path), About.of(path)
    with open_judge() as judge:
        report = judge.grade(card, path)
    interview.ran(report, text)
    if report.passed:
        view.say(f"✓ {card.id} passed: all {len(report.checks)} laws hold.", "good")
    else:
        view.show([*screen(report, about, view.width), line()])
    return report
