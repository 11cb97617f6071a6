"""Beginning a round: from a blank stub, as bare as memory allows, or where it was left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.coach.practice import Practice
from grader.judge import render
from grader.judge.catalogue import Card
from grader.views.mock.locked import refuse_if_locked
from grader.views.workspace import Workspace, shown

SHOWS = (
    "the full statement",
    "the signature only; `drill show` has the statement",
    "one spoken sentence and an empty file",
)


@dataclass(frozen=True)
class Begun:
    """A round that goes on now."""

    round: str
    card: Card
    bare: int
    resumed: bool
    kept: Path | None = None  # where the earlier attempt is

    def says(self) -> str:
        """What was done, in a sentence or two."""
        if self.resumed:
            return "Goes on where you left it; the clock stood still meanwhile."
        said = f"A blank stub was laid, with {SHOWS[self.bare]}."
        return said + (f" Your earlier attempt is {shown(self.kept)}." if self.kept else "")


def begin(practice: Practice, workspace: Workspace, card: Card, bare: int | None = None) -> Begun:
    """Go on with the open round of an exercise, or begin one. bare: None lets memory decide."""
    refuse_if_locked(card.id)
    found = practice.picture().open(card.id)
    if found is not None and bare is None:
        workspace.lay(card)
        practice.resume(found.id)
        return Begun(found.id, card, found.bare, True)
    return afresh(practice, workspace, card, bare)


def afresh(practice: Practice, workspace: Workspace, card: Card, bare: int | None = None) -> Begun:
    """Begin a round from a blank stub; an attempt that is there is kept."""
    state = practice.picture().states.get(card.id)
    wanted = bare if bare is not None else state.bare if state else render.FULL
    kept = workspace.reset(card, wanted)
    return Begun(practice.begin(card.id, wanted), card, wanted, False, kept)
