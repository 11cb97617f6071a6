"""`drill grade`: a verdict on each file."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from grader.judge.catalogue import BadPage, Card, cards
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.report import Report
from grader.views import exits
from grader.views.diary import note
from grader.views.exits import Misuse
from grader.views.layout import line, visible
from grader.views.screen import Screen, complain
from grader.views.text import About, screen
from grader.views.workspace import Workspace, card_of, shown, text_of

if TYPE_CHECKING:
    from grader.judge.run import Judge

GradeOne = Callable[[Card, Path], Report]


@dataclass
class Printed:
    """What the learner's code prints while it is graded, until someone takes it."""

    parts: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)

    def take(self) -> list[str]:
        """The lines so far, each fit to be shown; and forget them."""
        text = "".join(self.parts)
        self.parts.clear()
        return [visible(row) for row in text.splitlines()]


def grade(args: argparse.Namespace, view: Screen) -> int:
    """Grade one file or several; the status is the worst that any of them earned."""
    card = card_of(args.id)
    printed = Printed()
    options = options_of(args, card, printed)
    files = [Path(name) for name in args.files] or [own_file(card)]
    readable = {path: about for path in files if (about := _read(path, options))}
    status = exits.MISUSED if len(readable) < len(set(files)) else exits.PASSED
    if not readable:
        return status
    with contextlib.ExitStack() as stack:
        judge = stack.enter_context(open_judge(options))
        reports = sys.stdout
        grade_one = _inlined(judge, stack, args) if args.inline else judge.grade
        desk = _Desk(grade_one, printed, view, args, reports)
        for path in (p for p in files if p in readable):
            status = max(status, desk.grade(card, path, readable[path]))
    return status


def _inlined(judge: Judge, stack: contextlib.ExitStack, args: argparse.Namespace) -> GradeOne:
    """Grading in this process; beside reports in JSON the learner's code prints elsewhere."""
    from grader.views.inline import Inlined

    if args.json:
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
    return Inlined(judge, stack.close).grade


def options_of(args: argparse.Namespace, card: Card, printed: Printed) -> Options:
    """The options that a command line asks for; raises Misuse for a check that there is not."""
    only = frozenset(name.strip().replace(" ", "_") for name in args.only or ())
    for name in sorted(only - set(card.checks)):
        near = difflib.get_close_matches(name, card.checks, 2, 0.3)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(card.checks)}."
        raise Misuse(f"{card.id} has no check {name!r}. {hint}")
    return Options(args.examples, args.seed, only or None, printed.add)


def own_file(card: Card) -> Path:
    """The learner's file of an exercise; raises Misuse where it is not there."""
    path = Workspace.here().path(card)
    if not path.exists():
        remedy = f"`drill reset {card.id}` lays its stub"
        raise Misuse(f"There is no file {shown(path)}; {remedy}, or name the file to grade.")
    return Path(shown(path))


def _read(path: Path, options: Options) -> About | None:
    """What is to be told of a file; None after a line on why it cannot be read."""
    try:
        return About.of(path, options)
    except OSError as error:
        why = error.strerror or type(error).__name__
        complain(f"{visible(str(path))} cannot be read: {why}. Check the path and its permissions.")
        return None


@dataclass(frozen=True)
class _Desk:
    """What grading one file after the other needs."""

    grade_one: GradeOne
    printed: Printed
    view: Screen
    args: argparse.Namespace
    reports: TextIO

    def grade(self, card: Card, path: Path, about: About) -> int:
        """Grade one file and show the report; its exit status."""
        text = text_of(path)  # before it is graded: it may be saved meanwhile
        try:
            report = self.grade_one(card, path)
        except Exception as error:
            if self.args.debug:
                traceback.print_exc()
            complain(f"{visible(str(path))}: {exits.fault_of_ours(error)}")
            return exits.FAULT
        if not (self.args.only or self.args.inline):
            note(card, path, report, text)
        self._echo(path)
        if self.args.json:
            print(report.to_json(), file=self.reports, flush=True)
        else:
            self._show(report, card, about)
        return exits.PASSED if report.passed else exits.FAILED

    def _echo(self, path: Path) -> None:
        rows = self.printed.take()
        if rows:
            print(f"--- printed by {visible(str(path))} ---", file=sys.stderr)
            print("\n".join(f"| {row}" for row in rows), file=sys.stderr, flush=True)

    def _show(self, report: Report, card: Card, about: About) -> None:
        if report.passed and len(self.args.files) < 2:
            about = replace(about, next=_next(card))
        self.view.show([*screen(report, about, self.view.width), line()])


def _next(card: Card) -> str | None:
    """The id of the exercise to go on with."""
    found = Workspace.find()
    try:
        following = found.next_after(card, cards()) if found else None
    except BadPage:
        return None
    return following.id if following else None
