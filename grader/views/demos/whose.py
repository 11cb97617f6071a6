"""Whose solution a demo runs: the learner's own once it passes, else the reference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.bench.link import Fault
from grader.judge import render
from grader.judge.catalogue import Card, find
from grader.judge.run import Judge
from grader.views.demos.server import ServerError
from grader.views.exits import Misuse
from grader.views.screen import Screen
from grader.views.workspace import Workspace, shown
from grader.words.subject import Raised, Rig

SECONDS = 600.0  # what a demo may take; a person sits there and can press Ctrl-C


@dataclass(frozen=True)
class Solver:
    """A right solution, ready to be put to work in a process of its own."""

    judge: Judge
    card: Card
    path: Path
    text: str

    def run(self, rig: Rig, *args: Any) -> Any:
        """Do what a rig says with it; raises Misuse where the world was not as it should be."""
        try:
            return self.judge.use(self.card, self.path, self.text, rig, args, SECONDS)
        except Raised as raised:
            if isinstance(raised.error, ServerError):
                raise Misuse(str(raised.error)) from None
            where = f" in line {raised.line}" if raised.line else ""
            raise Misuse(f"{self.path} raised {raised.type_name}{where}: {raised}") from None
        except Fault as fault:
            raise Misuse(f"{self.path}: {fault.says}") from None


def solver(judge: Judge, id: str, view: Screen) -> Solver:
    """Find a right solution, and tell whose it is."""
    card, workspace = find(id), Workspace.find()
    if workspace is not None and workspace.state(card) == "written":
        path = workspace.path(card)
        report = judge.grade(card, path)
        if report.passed:
            view.say(f"Running your own {shown(path)}, which passes.", "strong")
            return Solver(judge, card, path, path.read_text(encoding="utf-8"))
        view.say(f"Your {shown(path)} does not pass yet ({report.verdict}).", "dim")
    view.say(f"Running the reference of {id}; yours takes its place once it passes.", "strong")
    return Solver(judge, card, Path(f"reference of {id}"), render.solution(card))
