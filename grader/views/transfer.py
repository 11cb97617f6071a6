"""`drill export` and `drill import`: a history as lines of JSON, from one machine to another."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from grader.coach.log import FILE, Log
from grader.views import exits
from grader.views.diary import data_folder
from grader.views.exits import Misuse
from grader.views.screen import Screen, complain
from grader.views.workspace import write


def export(args: argparse.Namespace, view: Screen) -> int:
    """`drill export`: the whole history, to a file or to standard output."""
    lines = list(Log(data_folder() / FILE).export())
    text = "".join(f"{line}\n" for line in lines)
    if args.file in (None, "-"):
        sys.stdout.write(text)
        return exits.PASSED
    path = Path(args.file)
    if path.exists() and not args.force:
        raise Misuse(f"There is a file {path} already; name another one, or say --force.")
    try:
        write(path, text)
    except OSError as error:
        raise Misuse(f"{path} cannot be written: {error.strerror}. Name another file.") from None
    view.say(f"{len(lines)} lines were written to {path}. Elsewhere: `drill import {path.name}`.")
    return exits.PASSED


def import_(args: argparse.Namespace, view: Screen) -> int:
    """`drill import`: add what another machine's export holds and this history does not."""
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Misuse(f"{args.file} cannot be read: {why}. Name a file of `drill export`.") from None
    found = Log(data_folder() / FILE).merge(data.decode("utf-8", "replace").splitlines())
    view.say(
        f"{found.events} events and {found.sources} sources were added; what was there already "
        "was left alone."
    )
    if found.unread:
        complain(f"{found.unread} lines of {args.file} are no part of a history and were left out.")
    return exits.FAILED if found.unread else exits.PASSED
