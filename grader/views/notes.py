"""`drill note` and `drill notes`: one Markdown file that is the learner's.

The program adds to its end and changes nothing that stands there.
"""

from __future__ import annotations

import argparse
import os
import re
from datetime import datetime
from pathlib import Path

from grader.coach.practice import now
from grader.judge.catalogue import Card
from grader.views import exits
from grader.views.editor import editor
from grader.views.layout import Line, line, visible
from grader.views.screen import Screen, complain
from grader.views.workspace import Workspace, card_of, shown, write_new

FILE = "notes.md"
BEGINNING = """\
# Notes

Yours: write what you would want to read on the morning of the interview.
"""
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$")


def note(args: argparse.Namespace, view: Screen) -> int:
    """`drill note`: open the document at an exercise's heading, or add a line to it."""
    path = Workspace.here().root / FILE
    card = card_of(args.id) if args.id else None
    if args.add:
        add(path, card, args.add)
        view.say(f"Written to {shown(path)}.")
        return exits.PASSED
    at = heading(path, card)
    found = editor()
    if found is None or not view.is_terminal:
        view.say(f"{shown(path)}:{at}")
        return exits.PASSED
    problem = found.open(path, at)
    if problem:
        complain(f"{problem} Set $EDITOR to your editor; the document is {shown(path)}, line {at}.")
    return exits.FAILED if problem else exits.PASSED


def notes(args: argparse.Namespace, view: Screen) -> int:
    """`drill notes`: the document, or the paragraphs of it that have certain words."""
    path = Workspace.here().root / FILE
    if not path.exists():
        view.say(f"There are no notes yet. `drill note` begins {shown(path)}.")
        return exits.FAILED if args.words else exits.PASSED
    text = path.read_text(encoding="utf-8", errors="replace")
    if not args.words:
        view.show([_styled(row) for row in text.splitlines()])
        return exits.PASSED
    found = matches(text, args.words)
    view.show(found)
    if not found:
        complain(f"No paragraph of {shown(path)} has {' and '.join(map(repr, args.words))}.")
    return exits.PASSED if found else exits.FAILED


def matches(text: str, words: list[str]) -> list[Line]:
    """The paragraphs that have all the words, each below its heading and with its line."""
    shown: list[Line] = []
    title, number = "", 0
    for paragraph in re.split(r"\n\s*\n", text):
        rows = paragraph.splitlines()
        for row in rows:
            match = _HEADING.match(row)
            title = match[1] if match else title
        if all(word.lower() in f"{title}\n{paragraph}".lower() for word in words):
            at = text.count("\n", 0, text.index(paragraph, number)) + 1
            shown += [line(f"{at}: {title}", "strong"), *map(_styled, rows), line()]
        number = text.index(paragraph, number) + len(paragraph)
    return shown


def add(path: Path, card: Card | None, text: str, at: datetime | None = None) -> None:
    """Add a line with the date at the end, below the exercise's heading."""
    day = (at or now()).astimezone().date().isoformat()
    start = "" if _last_heading(path) == (card.id if card else "") else _title(card)
    _append(path, f"{start}- {day}: {' '.join(text.split())}\n")


def heading(path: Path, card: Card | None) -> int:
    """The line of the exercise's (last) heading, which is added where there is none."""
    write_new(path, BEGINNING)
    if card is None:
        return _rows(path)
    found = [n for n, title in _headings(path) if title.split(" ")[0] == card.id]
    if not found:
        _append(path, _title(card))
        return _rows(path) - 1
    return found[-1]


def _title(card: Card | None) -> str:
    return f"\n## {card.id} · {card.title}\n\n" if card else "\n## Other\n\n"


def _append(path: Path, text: str) -> None:
    """Add to the end, in one write, so that what an editor or another program adds is not cut."""
    write_new(path, BEGINNING)
    with path.open("rb+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else "\n" + text
    with path.open("ab") as file:
        file.write(text.encode(errors="backslashreplace"))


def _headings(path: Path) -> list[tuple[int, str]]:
    rows = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [(n, match[1]) for n, row in enumerate(rows, 1) if (match := _HEADING.match(row))]


def _last_heading(path: Path) -> str:
    """The id in the last heading, "" for the one of other things, None-like " " where none."""
    found = _headings(path) if path.exists() else []
    first = found[-1][1].split(" ")[0] if found else " "
    return "" if first == "Other" else first


def _rows(path: Path) -> int:
    return len(path.read_bytes().splitlines())


def _styled(row: str) -> Line:
    return line(visible(row), "strong" if _HEADING.match(row) else "")
