"""`drill report`: the practice so far as a page for the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.coach.progress import Progress
from grader.views import diary, exits
from grader.views.exits import Misuse
from grader.views.screen import Screen, complain
from grader.views.workspace import STATE, Workspace, shown, write

NAME = "report.html"
HEAD = 4096  # bytes in which our mark stands


def report(args: argparse.Namespace, view: Screen) -> int:
    """Write the page, and show it where that is asked for."""
    from grader.views.report.page import page

    picture = diary.practice().picture()
    path = Path(args.out) if args.out else _place()
    _check(path, args.force)
    text = page(picture, Progress.of(picture))
    try:
        write(path.resolve(), text)
    except OSError as error:
        raise _unusable(path, error) from None
    view.say(f"The report was written to {shown(path)}.")
    if args.open:
        _open(path)
    return exits.PASSED


def _place() -> Path:
    """In the practice folder, or, away from one, beside the history."""
    found = Workspace.find()
    return (found.root / STATE if found else diary.data_folder()) / NAME


def _check(path: Path, force: bool) -> None:
    """Raise Misuse where something stands in the way that is no earlier report of ours."""
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise Misuse(f"{shown(path)} is no file; name another place with --out FILE.")
        if force or _is_ours(path):
            return
    except OSError as error:
        raise _unusable(path, error) from None
    raise Misuse(
        f"{shown(path)} is there and no report of ours; name another file with --out FILE, "
        "or say --force to write over it."
    )


def _is_ours(path: Path) -> bool:
    from grader.views.report.page import MARK

    with path.open("rb") as file:
        return MARK.encode() in file.read(HEAD)


def _unusable(path: Path, error: OSError) -> Misuse:
    why = error.strerror or type(error).__name__
    return Misuse(f"{shown(path)} cannot be written ({why}); name another file with --out FILE.")


def _open(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        complain(f"No browser could be started; open {shown(path)} in one yourself.")
