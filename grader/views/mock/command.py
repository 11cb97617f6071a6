"""`drill mock`: which part of it a command line means."""

from __future__ import annotations

import argparse
import importlib

from grader.coach.interview import Interview
from grader.coach.mock import running
from grader.coach.practice import Practice
from grader.judge.catalogue import ids
from grader.views.diary import practice
from grader.views.exits import Misuse
from grader.views.screen import Screen
from grader.views.workspace import Workspace

#: What can be said in place of a format's name, and the function that does it.
WORDS = {
    "formats": "agree.formats_known",
    "status": "plain.status",
    "run": "plain.run",
    "next": "plain.next_one",
    "ask": "asking.ask",
    "answer": "asking.answer",
    "covered": "asking.covered",
    "missed": "asking.missed",
    "end": "plain.end",
    "report": "closing.report",
}


def mock(args: argparse.Namespace, view: Screen) -> int:
    """Begin a mock interview, go on with one, or do one of its parts without a terminal."""
    if args.word in WORDS:
        module, function = WORDS[args.word].split(".")
        serve = getattr(importlib.import_module(f"grader.views.mock.{module}"), function)
        status: int = serve(args, view)
        return status
    found = practice()
    if args.resume:
        from grader.views.mock.start import resume

        return resume(can_go_on(under_way(found)), args, view)
    _refuse_a_second(found)
    from grader.views.mock.start import begin

    return begin(found, Workspace.here(), args, view)


def under_way(found: Practice) -> Interview:
    """The mock interview that runs; raises Misuse where none does."""
    mock = running(found.log.events())
    if mock is None:
        raise Misuse("No mock interview is under way. `drill mock` begins one.")
    return Interview(found, mock.id)


def can_go_on(interview: Interview) -> Interview:
    """The same; raises Misuse where an exercise of it is not installed any more."""
    mock = interview.mock
    wanted = [id for part in mock.terms.exercises for id in part]
    there = ids()
    for id in [*wanted, *(turn.exercise for turn in mock.turns)]:
        if id not in there:
            raise Misuse(
                f"The exercise {id} of this interview is not installed any more. Install it, or "
                "end the interview with `drill mock end`."
            )
    return interview


def _refuse_a_second(found: Practice) -> None:
    mock = running(found.log.events())
    if mock is not None:
        began = f"{mock.began.astimezone():%Y-%m-%d %H:%M}"
        raise Misuse(
            f"The mock interview of {began} ({mock.terms.format}) is still under way. "
            "`drill mock --resume` goes on with it, `drill mock end` ends it."
        )
