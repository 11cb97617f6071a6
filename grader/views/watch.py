"""`drill watch`: a verdict on every save, with the judge kept warm."""

from __future__ import annotations

import argparse
import contextlib

from grader.judge.catalogue import Card, cards
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.views import exits
from grader.views.exits import Misuse
from grader.views.grading import Printed
from grader.views.keys import QUIT, Keys, keyboard
from grader.views.saves import Saves
from grader.views.screen import Screen
from grader.views.seat import Desk, Watched
from grader.views.workspace import Workspace, card_of


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
            desk.workspace.lay(following)
            seat = Watched(desk, following)
            with Saves(seat.path) as saves:
                following = _attend(seat, saves, keys)
    return exits.PASSED


def _attend(seat: Watched, saves: Saves, keys: Keys) -> Card | None:
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
