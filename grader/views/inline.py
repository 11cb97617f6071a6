"""`--inline`: the learner's file in this process, for a debugger. No limits hold here."""

from __future__ import annotations

import contextlib
import linecache
import os
import pdb  # noqa: T100  (it is what this file is for)
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from grader.judge import source
from grader.judge.catalogue import LOADS, Card
from grader.judge.run import Judge, versions
from grader.report import Check, Report, verdict_of
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
        """Judge one file here."""
        text = source.read(path)
        if isinstance(text, source.Problem) or source.inspect(text, card.entry):
            return self._judge.grade(card, path)  # which needs not run it
        began = time.perf_counter()
        checks = self._checks(card, path.resolve(), text)
        seconds = round(time.perf_counter() - began, 3)
        return Report(card.id, str(path), verdict_of(checks), checks, seconds, versions())

    def _checks(self, card: Card, path: Path, text: str) -> tuple[Check, ...]:
        module = ModuleType(path.stem)
        module.__file__ = str(path)
        linecache.checkcache(str(path))
        with _importable(module, path.parent):
            try:
                exec(compile(text, str(path), "exec", dont_inherit=True), vars(module))
            except (Exception, SystemExit) as error:
                says = f"Loading it raised {type(error).__name__}: {error}"
                return (Check(LOADS, "broken", says, line=_line_in(path, error)),)
            if card.entry not in vars(module):
                says = f"It defines no `{card.entry}`, which is the name that is graded."
                return (Check(LOADS, "broken", says),)
            return self._judge.grade_here(card, vars(module)[card.entry])


@contextlib.contextmanager
def _importable(module: ModuleType, folder: Path) -> Iterator[None]:
    """The module as an imported one, with its folder to import from."""
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        del sys.modules[module.__name__]
        if before is not None:
            sys.modules[module.__name__] = before


def _line_in(path: Path, error: BaseException) -> int | None:
    """The innermost line of a file that an exception came through."""
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


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
