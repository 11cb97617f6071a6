"""What a mock interview is to be like, from the command line and the learner's `formats.toml`."""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

from grader.coach.formats import (
    EXAMPLE,
    FILE,
    OWN,
    BadFormat,
    Format,
    checked_tracks,
    chosen,
    formats,
)
from grader.coach.interview import Interview
from grader.judge.catalogue import Card, cards
from grader.views import exits
from grader.views.exits import Misuse
from grader.views.layout import Line, counted, labelled, line, prose
from grader.views.mock.command import WORDS
from grader.views.screen import Screen
from grader.views.workspace import Workspace, shown

DEFAULT = "screen"
OWN_MINUTES = 45


def agreed(args: argparse.Namespace, workspace: Workspace, every: list[Card]) -> Format:
    """The format that a command line means; raises Misuse."""
    known = known_formats(workspace, every)
    wishes = {"minutes": args.minutes, "count": args.count, "runs": args.runs}
    given = {name: value for name, value in wishes.items() if value is not None}
    try:
        if args.word:
            base = chosen(known, args.word)
        else:
            own = given or args.tracks
            base = Format(OWN, OWN_MINUTES) if own else known[DEFAULT]
        if args.tracks:
            wanted = [word.strip() for word in args.tracks.split(",") if word.strip()]
            given["tracks"] = checked_tracks(wanted, list(dict.fromkeys(c.track for c in every)))
    except BadFormat as error:
        raise Misuse(str(error)) from None
    return replace(base, **given, ai_allowed=args.ai_allowed or base.ai_allowed)


def seed_of(args: argparse.Namespace) -> int:
    """The seed of the draw: what was asked for, else one by chance."""
    return args.seed if args.seed is not None else random.SystemRandom().randrange(1_000_000)


def known_formats(workspace: Workspace, every: list[Card]) -> dict[str, Format]:
    """All formats; raises Misuse for a file of them that cannot be used."""
    path = workspace.root / FILE
    tracks = list(dict.fromkeys(card.track for card in every))
    try:
        return formats(_text(path), tracks, [card.id for card in every], WORDS)
    except BadFormat as error:
        raise Misuse(f"{error} ({shown(path)})") from None


def formats_known(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock formats`: the formats that there are."""
    workspace = Workspace.here()
    for format in known_formats(workspace, cards()).values():
        view.show(_told(format, view.width))
    own = f"Your own stand in {shown(workspace.root / FILE)}. All that can be set there:"
    rows = [line(f"  {row}", "dim") for row in EXAMPLE.splitlines()]
    view.show([line(), *prose(own, view.width), line(), *rows])
    return exits.PASSED


def in_words(format: Format) -> str:
    """A format as one says it."""
    parts = f"{format.parts} parts of " if format.parts > 1 else ""
    many = f"at most {counted(format.count, 'exercise')}" if format.count else "what fits"
    each = f"{many} each" if format.parts > 1 else many
    limited = f"{counted(format.runs, 'run')} each" if format.runs else "graded when submitted"
    runs = "runs without limit" if format.runs is None else limited
    of = f", from a list of {len(format.exercises)}" if format.exercises else ""
    tracks = ", ".join(format.tracks) or "all tracks"
    ai = ", AI allowed" if format.ai_allowed else ""
    return f"{parts}{format.minutes} minutes: {each}, {tracks}{of}, {runs}{ai}"


def runs_used(interview: Interview) -> str:
    """Why there is no run any more."""
    runs = interview.mock.terms.runs
    return f"All of {counted(runs, 'run')} are used." if runs else "Only what is submitted is run."


def _told(format: Format, width: int) -> list[Line]:
    return labelled(format.name, in_words(format), width)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Misuse(f"{shown(path)} cannot be read: {error.strerror}.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise Misuse(f"{shown(path)}, line {row}: this is no UTF-8. Save it as UTF-8.") from None
