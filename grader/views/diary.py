"""The learner's history, as every view opens it and writes to it.

A history that cannot be used never stops what someone is doing: it is told in one line.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from grader.coach.event import Unwritable
from grader.coach.practice import Practice
from grader.judge.catalogue import Card, cards
from grader.report import Report
from grader.views.screen import complain
from grader.views.workspace import Workspace

FOLDER = "UNAIDED_DATA"  # set in the environment: another folder for the history


def data_folder() -> Path:
    """Where the history is kept: one for all practice folders of this user."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else Path(platformdirs.user_data_path("unaided", appauthor=False))


def practice() -> Practice:
    """The practice of this user."""
    return Practice(data_folder(), cards())


@contextlib.contextmanager
def kept_going() -> Iterator[None]:
    """Go on where the history cannot be written, after a line that says so."""
    try:
        yield
    except Unwritable as error:
        complain(f"This was not written down. {error}")


def note(card: Card, path: Path, report: Report, text: str) -> None:
    """Write down a verdict on the whole of a learner's own file; on other files nothing.

    text: what stood in it when it was graded; it may have been saved once more since.
    """
    found = Workspace.find()
    if found is not None and _is_same(path, found.path(card)):
        write_down(card, report, text)


def write_down(card: Card, report: Report, text: str) -> None:
    """Write down a verdict on the whole of a learner's text."""
    with kept_going():
        Practice(data_folder(), [card]).graded(report, text)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
