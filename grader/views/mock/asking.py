"""The follow-up questions of a mock interview: which are left, and asking by plain commands."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from grader.coach.interview import Interview
from grader.coach.mock import Mock
from grader.judge.catalogue import Card, cards
from grader.views import exits
from grader.views.diary import practice
from grader.views.exits import Misuse
from grader.views.layout import Line, counted, line, prose
from grader.views.screen import Screen, complain

Question = tuple[str, str, str]  # the exercise, the question, a short answer


def questions_left(mock: Mock, pages: Mapping[str, Card]) -> list[Question]:
    """The questions on what was opened that were not asked yet, in order."""
    asked = {(one.exercise, one.question) for one in mock.asked}
    opened = list(dict.fromkeys(turn.exercise for turn in mock.turns))
    return [
        (id, question, answer)
        for id in opened
        if id in pages
        for question, answer in pages[id].ask
        if (id, question) not in asked
    ]


def shown_question(question: str, answer: str, width: int) -> list[Line]:
    """A question, and below it the answer if there is one."""
    below = [line(), *prose(answer, width, "", "  ", "  ")] if answer else []
    return [*prose(question, width, "strong"), *below]


def ask(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock ask`: the next question. Exit status 1 when none is left."""
    left = _present()[1]
    if not left:
        complain("No question is left. `drill mock end` writes the report.")
        return exits.FAILED
    exercise, question = left[0][:2]
    view.say(f"{counted(len(left), 'question')} left · {exercise}", "dim")
    view.show(shown_question(question, "", view.width))
    view.say("Say it aloud; then `drill mock answer`.", "dim")
    return exits.PASSED


def answer(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock answer`: a short answer to the present question."""
    question, text = _first(_present()[1])[1:]
    view.show(shown_question(question, text, view.width))
    view.say("Did you cover it? `drill mock covered`, or `drill mock missed`.", "dim")
    return exits.PASSED


def covered(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock covered`: the present question was answered."""
    return _told(True, view)


def missed(_: argparse.Namespace, view: Screen) -> int:
    """`drill mock missed`: it was not."""
    return _told(False, view)


def _told(covered: bool, view: Screen) -> int:
    interview, left = _present()
    exercise, question = _first(left)[:2]
    interview.asked(exercise, question, covered)
    more = counted(len(left) - 1, "question")
    goes_on = "`drill mock ask`" if left[1:] else "`drill mock end` writes the report"
    view.say(f"{'Covered' if covered else 'Not covered'}. {more} left: {goes_on}.")
    return exits.PASSED


def _present() -> tuple[Interview, list[Question]]:
    """The interview and the questions that are left; raises Misuse before the writing is over."""
    from grader.views.mock.command import under_way
    from grader.views.mock.plain import written

    interview = under_way(practice())
    written(interview)
    return interview, questions_left(interview.mock, {card.id: card for card in cards()})


def _first(left: list[Question]) -> Question:
    if not left:
        raise Misuse("No question is left. `drill mock end` writes the report.")
    return left[0]
