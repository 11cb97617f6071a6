"""The end of a mock interview: the doctor once more, the report as a file and on the screen."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

from grader.coach.debrief import debrief
from grader.coach.doctor import Place, examine, level
from grader.coach.interview import Interview
from grader.coach.mock import Mock, mocks
from grader.coach.practice import Practice
from grader.judge.catalogue import cards
from grader.views import exits
from grader.views.diary import data_folder, practice
from grader.views.exits import Misuse
from grader.views.layout import Line, hanging, line, prose
from grader.views.screen import Screen
from grader.views.workspace import Workspace, shown, write_new

FOLDER = "mocks"


def finish(interview: Interview, found: Practice, outcome: str, view: Screen) -> None:
    """End an interview, write its report and show it."""
    interview.end(outcome, level(examine(Place.here(Path(interview.mock.terms.folder)))))
    show(interview.mock, found, view)


def report(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock report`: the report of the last mock interview that is over."""
    found = practice()
    over = [mock for mock in mocks(found.log.events()) if mock.outcome is not None]
    if not over:
        raise Misuse("No mock interview is over yet. `drill mock end` ends the one under way.")
    show(over[-1], found, view)
    return exits.PASSED


def show(mock: Mock, found: Practice, view: Screen) -> None:
    """Show a report, and write it where it is not written yet."""
    text = text_of(mock, found)
    view.show(lines(text, view.width))
    view.show([line(), *prose(f"Saved as {shown(saved(mock, text))}.", view.width, "label")])


def text_of(mock: Mock, found: Practice) -> str:
    """The report as Markdown."""
    due = {id: state.due for id, state in found.picture().states.items()}
    return debrief(mock, {card.id: card for card in cards()}, due, found.log.source)


def saved(mock: Mock, text: str) -> Path:
    """The file of a report; it is written where there is none yet, and over no other."""
    there = Workspace.find()
    folder = (there.root if there else data_folder()) / FOLDER
    stem = f"{mock.began.astimezone():%Y-%m-%d}-{mock.terms.format}"
    sign = text.rstrip().splitlines()[-1]  # every report ends with the name of its mock
    for number in itertools.count(1):
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        if write_new(path, text) or sign in path.read_text(encoding="utf-8", errors="replace"):
            return path
    raise AssertionError("counting does not end")


def lines(text: str, width: int) -> list[Line]:
    """A report for the terminal; sources are left to the file."""
    found: list[Line] = []
    fence = ""
    for row in text.splitlines():
        if fence:
            fence = "" if row == fence else fence
        elif row.startswith("```"):
            fence = row.removesuffix("python")
            found.append(line("  (in the file)", "dim"))
        elif not row.startswith("<!--"):
            found += _row(row, width)
    while found and not found[-1]:
        found.pop()
    return found


def _row(row: str, width: int) -> list[Line]:
    if row.startswith("#"):
        return [line(row.lstrip("# "), "strong")]
    if row.startswith("|"):
        return [] if set(row) <= set("|-") else hanging(f"  {row}", width, 4)
    indent = " " * (len(row) - len(row.lstrip()) + 2 * row.lstrip().startswith("- "))
    return prose(row.replace("**", ""), width, "", "", indent) if row else [()]
