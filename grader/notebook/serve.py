"""The judge of a notebook: a process of its own that grades what the kernel sends it.

A line of JSON in, a line of JSON out. A kernel has threads and has perhaps loaded pages, so it must
not be forked; this process has neither, and dies with the kernel, whose end it sees as the end of
its input.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from grader.judge import catalogue
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.views.grading import Printed

if TYPE_CHECKING:
    from grader.judge.run import Judge

Message = dict[str, Any]


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what torch or a page may print is no answer
    printed = Printed()
    with open_judge(Options(echo=printed.add)) as judge:
        for line in sys.stdin:
            answer = _answer(judge, json.loads(line))
            print(json.dumps({**answer, "printed": printed.take()}), file=answers)


def _answer(judge: Judge, asked: Message) -> Message:
    try:
        return _trap(judge, **asked) if "mistake" in asked else _grade(judge, **asked)
    except Exception as error:
        return {"fault": f"{type(error).__name__}: {error}"}


def _grade(judge: Judge, id: str, text: str, only: list[str]) -> Message:
    """The report on a solution's text."""
    from grader.judge.content import graded

    report = graded(catalogue.find(id), judge, text, frozenset(only) or None)
    return {"report": report.to_dict()}


def _trap(judge: Judge, id: str, mistake: str) -> Message:
    """What a mistake of a page comes to: the first check that it fails, on its smallest input."""
    card = catalogue.find(id)
    check = judge.trap(card, mistake)
    if check is None:
        raise ValueError(f"the mistake {mistake!r} of {id} passes")
    return {"check": asdict(check), "says": judge.page(card).exercise.mistakes[mistake].says}


if __name__ == "__main__":
    main()
