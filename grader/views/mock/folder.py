"""The folder of one mock interview: stubs of what was opened, and what asks assistants to stay out.

It lies beside the history, not among the learner's exercises, so nothing of theirs is touched.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from datetime import datetime
from pathlib import Path

from grader.coach.event import digest_of
from grader.coach.formats import Format
from grader.coach.interview import Interview
from grader.coach.isolate import lay
from grader.judge import render
from grader.judge.catalogue import Card
from grader.views.diary import data_folder
from grader.views.exits import Misuse
from grader.views.workspace import EXERCISES, write_new

FOLDERS = "mocks"


def made(at: datetime, format: Format) -> Path:
    """A new folder for one mock interview; without AI, settings in it switch assistance off."""
    name = f"{at.astimezone():%Y-%m-%d-%H%M}-{format.name}"
    root = data_folder() / FOLDERS
    try:
        root.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            folder = root / (name if number == 1 else f"{name}-{number}")
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                if not format.ai_allowed:
                    lay(folder)
                return folder.absolute()
    except OSError as error:
        raise Misuse(
            f"No folder for the interview can be made in {root}: {error.strerror}. Check the disk "
            "and its permissions."
        ) from None
    raise AssertionError("counting does not end")


def path_of(interview: Interview, id: str) -> Path:
    """Where the file of an exercise is, or will be."""
    return Path(interview.mock.terms.folder) / EXERCISES / f"{id}.py"


def laid(interview: Interview, card: Card) -> Path:
    """The file of an exercise: as it is; else as it was last graded; else its stub."""
    path = path_of(interview, card.id)
    kept = [t.digest for t in interview.mock.turns if t.exercise == card.id and t.digest]
    text = interview.source(kept[-1]) if kept else None
    try:
        write_new(path, text or stub(card))
    except OSError as error:
        raise Misuse(
            f"{path} cannot be written: {error.strerror}. If the interview was begun on another "
            "machine, end it with `drill mock end`."
        ) from None
    return path


def stub(card: Card) -> str:
    """What the candidate is given."""
    head = f"# {card.id} · level {card.level} · {card.minutes} minutes · mock interview\n"
    _, _, rest = render.stub(card).split("\n", 2)
    return f"{head}{rest}"


def is_new(interview: Interview, card: Card, text: str) -> bool:
    """Whether there is something that was not graded in this turn."""
    if not text or text == stub(card):
        return False
    turn = interview.mock.turns[-1]
    return not turn.runs or turn.runs[-1].digest != digest_of(text)


def is_late(interview: Interview, path: Path) -> bool:
    """Whether a file was saved after the time was up."""
    ago = interview.over
    with contextlib.suppress(OSError):
        return ago > 0 and path.stat().st_mtime > time.time() - ago
    return False
