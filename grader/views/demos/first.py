"""`drill demo`: the first minute of a newcomer, on two bundled attempts."""

from __future__ import annotations

import argparse
import contextlib
import socket
from pathlib import Path

from grader.judge.catalogue import Card, cards
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.views import exits
from grader.views.grading import Printed
from grader.views.keys import keyboard
from grader.views.layout import labelled, line
from grader.views.loop.loop import Judging, run
from grader.views.screen import Screen
from grader.views.text import About, screen
from grader.views.watch import first
from grader.views.workspace import Workspace, card_of

ATTEMPTS = Path(__file__).parents[1] / "attempts"
EXERCISE = "attention/causal"
STORY = (
    (
        "first_try.py",
        "Someone wrote attention/causal from memory. Here is their first try, graded: what broke, "
        "the smallest input that shows it, and the mistake by name.",
    ),
    ("second_try.py", "They moved the mask, and the second try holds every law."),
)


def demo(_: argparse.Namespace, view: Screen) -> int:
    """Grade a wrong and a right attempt, and go on from there."""
    printed, workspace, every = Printed(), Workspace.find(), cards()
    view.say("Loading torch ...", "dim")
    with open_judge(Options(echo=printed.add)) as judge:
        for name, text in STORY:
            path = ATTEMPTS / name
            view.say(text, "strong")
            view.show([line()])
            report = judge.grade(card_of(EXERCISE), path)
            view.show([*screen(report, About.of(path), view.width), line()])
        _what_next(view, workspace, every)
        if workspace and view.is_terminal and _goes_on(view, first(workspace, every)):
            with contextlib.ExitStack() as stack:
                judging = Judging(printed, stack, judge.grade)
                return run(view, workspace, first(workspace, every), judging=judging)
    return exits.PASSED


def _what_next(view: Screen, workspace: Workspace | None, every: list[Card]) -> None:
    width = view.width
    lines = [line("Now yours: no assistant, no looking up.", "strong")]
    if workspace is None:
        lines += labelled("make a folder", "drill init my-practice", width, "code")
        lines += labelled("there", "drill", width, "code")
    else:
        card = first(workspace, every)
        lines += labelled("next", f"{card.id} ({card.title}, {card.minutes} minutes)", width)
        lines += labelled("write", str(workspace.path(card)), width)
        lines += labelled("begin", f"drill start {card.id}", width, "code")
    view.show(lines)


def _goes_on(view: Screen, card: Card) -> bool:
    """Wait for one key: any but `q` goes on."""
    nothing, other = socket.socketpair()
    with nothing, other, keyboard() as keys:
        view.show([line()])
        view.say(f"Press any key to go on with {card.id}, or q to stop.", "label")
        while not (pressed := keys.wait(60.0, nothing)):
            pass
    return "q" not in pressed
