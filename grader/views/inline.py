"""`--inline`: the learner's file in this process, for a debugger. No limits hold here."""

from __future__ import annotations

import os
import pdb  # noqa: T100  (it is what this file is for)
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from grader.judge.catalogue import Card
from grader.judge.run import Judge
from grader.report import Report
from grader.views import exits
from grader.views.screen import complain

NO_LIMITS = (
    "--inline: the file runs in this process, without limits of time and memory and without the "
    "check for banned calls; grade without it for a verdict that counts."
)


class Inlined:
    """Grades with the judge's own process as the learner's."""

    def __init__(self, judge: Judge, close: Callable[[], None]) -> None:
        """close: what is to be done when the command ends in the middle of grading."""
        self._judge = judge
        complain(NO_LIMITS)
        _make_it_possible_to_leave(close)

    def grade(self, card: Card, path: Path) -> Report:
        """Judge one file here, with its folder to import from."""
        folder = str(path.resolve().parent)
        sys.path.insert(0, folder)
        try:
            return self._judge.grade(card, path, inline=True)
        finally:
            sys.path.remove(folder)


class _Debugger(pdb.Pdb):
    """pdb, but to quit it ends the command: else the next case would stop again, and the next."""

    def __init__(self, leave: Callable[[], NoReturn]) -> None:
        super().__init__()
        self._leave = leave

    def do_quit(self, arg: str) -> NoReturn:  # noqa: ARG002
        self._leave()

    do_q = do_exit = do_EOF = do_quit  # noqa: N815


def _make_it_possible_to_leave(close: Callable[[], None]) -> None:
    """Let `q` in the debugger and Ctrl-C end the command, though learner code could catch both."""

    def leave() -> NoReturn:
        sys.stdout.flush()
        complain("stopped, without a verdict.")
        close()
        os._exit(exits.STOPPED)

    def stop_here(*_: object, **__: object) -> None:
        _Debugger(leave).set_trace(sys._getframe(1))

    if "PYTHONBREAKPOINT" not in os.environ:
        sys.breakpointhook = stop_here
    signal.signal(signal.SIGINT, lambda *_: leave())
