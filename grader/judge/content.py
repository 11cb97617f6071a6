"""The content laws: what every page must hold to before a learner meets it."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.judge import render, source
from grader.judge.catalogue import Card
from grader.judge.run import Judge
from grader.report import Report


def problems(card: Card, judge: Judge, stubs: Path | None = None) -> Iterator[str]:
    """What is wrong with a page, a sentence each; nothing where all laws hold.

    stubs: the folder of rendered stubs, `<track>/<exercise>.py`, to be held against the page.
    """
    yield from _words(card)
    yield from _stub(card, stubs)
    yield from _reference(card, judge)
    yield from _mistakes(card, judge)


def _words(card: Card) -> Iterator[str]:
    if len(card.statement) < 300:
        yield f"The statement has {len(card.statement)} characters; a stranger needs more."
    if "xample" not in card.statement:
        yield "The statement gives no example; work one out by hand."
    if len(card.hints) != 3 or not all(card.hints):
        yield f"There are {len(card.hints)} hints; three are wanted, each saying more."
    if not card.ask or not all(question and answer for question, answer in card.ask):
        yield "There is no follow-up question with an answer."
    if len(card.laws) < 2 or len(card.mistakes) < 4:
        yield f"{len(card.laws)} laws and {len(card.mistakes)} mistakes; 2 and 4 are the least."
    module = importlib.import_module(card.module)
    found = (tuple(module.exercise.laws), tuple(module.exercise.mistakes))
    if found != (card.laws, card.mistakes):
        yield f"Read as text the page has {(card.laws, card.mistakes)}, run it has {found}."


def _stub(card: Card, stubs: Path | None) -> Iterator[str]:
    for bare in reversed(render.BARE):
        text = render.stub(card, bare)
        shown = render.body_lines(card) & {line.strip() for line in text.splitlines()}
        if shown:
            yield f"The stub shows a line of the solution: {sorted(shown)[0]!r}."
        problem = source.inspect(text, card.entry)
        if problem is None or problem.verdict != "missing":
            yield f"The stub (bare {bare}) does not grade as missing: {problem}."
    path = stubs / f"{card.id}.py" if stubs else None
    if path is None:
        return
    laid = path.read_text(encoding="utf-8") if path.exists() else ""
    written = laid and source.inspect(laid, card.entry) is None  # a learner's work by now
    if laid != text and not written:
        yield f"{path} is not current; `drill check --write` renders it again."


def _reference(card: Card, judge: Judge) -> Iterator[str]:
    report = graded(card, judge, render.solution(card))
    if not report.passed:
        fault = report.faults[0]
        yield f"The reference does not pass {fault.name}: {fault.outcome}, {fault.says}"


def _mistakes(card: Card, judge: Judge) -> Iterator[str]:
    for name, mistake in judge.page(card).exercise.mistakes.items():
        fault = judge.first_fault(card, mistake.make())
        if fault is None:
            yield f"The mistake {name} passes."
        elif fault.mistake != name:
            said = f"named {fault.mistake} by {fault.name}: {fault.says}"
            yield f"The mistake {name} is not named as itself but {said}"


def graded(card: Card, judge: Judge, text: str, only: frozenset[str] | None = None) -> Report:
    """The report on a text, laid in a file for as long as it takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{card.id.split('/')[1]}.py"
        # Half a character is no text, and gets the verdict that a file of such bytes gets.
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return judge.grade(card, path, only)
