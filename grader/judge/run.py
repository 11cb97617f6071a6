"""Grading: from a file to a report."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import hypothesis
import torch

from grader import __version__
from grader.bench.link import BaseLink, Fault
from grader.bench.session import LOAD_SECONDS, Inline, Session, Submission
from grader.bench.start import Starter
from grader.judge import catalogue, explain, naming, source
from grader.judge.catalogue import ARGUMENTS, GLOBALS, LOADS, WRITTEN, Card
from grader.judge.options import Options
from grader.judge.page import Observation, Page, unusable
from grader.judge.plainly import clean
from grader.report import Check, Report, verdict_of
from grader.words.exercise import Case
from grader.words.subject import Raised, Rig, Subject

LOST = ("crashed", "memory", "timeout", "shortcut")  # after these there is no process


class Judge:
    """Grades files; keeps pages, their cases and a starter of processes between them."""

    def __init__(self, starter: Starter, options: Options | None = None) -> None:
        self._starter = starter
        self._options = options or Options()
        self._pages: dict[str, Page] = {}

    def page(self, card: Card) -> Page:
        """The page of a card, imported at first use."""
        if card.id not in self._pages:
            exercise = catalogue.load(card)
            options = self._options
            self._pages[card.id] = Page(card, exercise, options.examples, options.seed)
        return self._pages[card.id]

    def grade(
        self, card: Card, path: Path, only: frozenset[str] | None = None, inline: bool = False
    ) -> Report:
        """Judge one file; OSError where it cannot be opened.

        only: names of the checks to run, instead of those of the options.
        inline: run the file in this process, for a debugger: no limit holds, no call is banned.
        """
        began = time.perf_counter()
        only = only or self._options.only
        checks = tuple(self._checks(card, path, only, inline))
        seconds = round(time.perf_counter() - began, 3)
        verdict = verdict_of(checks)
        return Report(card.id, str(path), verdict, checks, seconds, versions())

    def _checks(
        self, card: Card, path: Path, only: frozenset[str] | None, inline: bool
    ) -> Iterable[Check]:
        text = source.read(path)
        problem = text if isinstance(text, source.Problem) else source.inspect(text, card.entry)
        if isinstance(problem, source.Problem):
            name = WRITTEN if problem.verdict == "missing" else LOADS
            return [Check(name, problem.verdict, problem.says, line=problem.line)]
        assert isinstance(text, str)
        page = self.page(card)
        submission = self._submission(page, path, text)
        if inline:
            link = Inline()
            return _attempt(page, link, lambda: _loaded_here(link, submission), only)
        with Session(self._starter, submission, self._options.echo) as session:
            return _attempt(page, session, session.load, only)

    def _submission(self, page: Page, path: Path, text: str) -> Submission:
        facts, seconds = page.exercise, self._options.seconds
        limits = (seconds or facts.seconds, seconds or LOAD_SECONDS)
        return Submission(str(path.resolve()), text, page.card.entry, facts.banned, *limits)

    def use(
        self, card: Card, path: Path, text: str, rig: Rig, args: tuple[Any, ...], seconds: float
    ) -> Any:
        """Put a solution to work in a process of its own: what a rig makes of it.

        Raises `Raised` for an exception of its, `Fault` where its process is lost.
        """
        limits = (seconds, LOAD_SECONDS, seconds)
        submission = Submission(str(path), text, card.entry, (), *limits)
        with Session(self._starter, submission, self._options.echo) as session:
            return rig(session.load(), *args)

    def first_fault(self, card: Card, target: object) -> Check | None:
        """The first check that an object of this process fails, with its smallest chosen or drawn
        case as it is; None where it passes.
        """
        link = Inline(self.page(card).exercise.seconds)
        return self._first(card, link, lambda: link.adopt(target))

    def rejects(self, card: Card, path: Path) -> Check | None:
        """The first check that a file fails, known as soon as it does: neither shrunk nor named."""
        submission = self._submission(self.page(card), path, path.read_text(encoding="utf-8"))
        with Session(self._starter, submission, self._options.echo) as session:
            run = _Run(self.page(card), session, None, explained=True)
            return self._first(card, session, session.load, run)

    def trap(self, card: Card, mistake: str) -> Check | None:
        """The first check that a mistake of the page fails, on the smallest input found; it is not
        compared with the other mistakes.
        """
        link, made = Inline(), self.page(card).exercise.mistakes[mistake]
        run = _Run(self.page(card), link, None, known=mistake)
        return self._first(card, link, lambda: link.adopt(made.make()), run)

    def _first(
        self, card: Card, link: BaseLink, load: Callable[[], Subject], run: _Run | None = None
    ) -> Check | None:
        run = run or _Run(self.page(card), link, None, shrinks=False)
        try:
            solution = load()
        except (Fault, Raised) as error:
            return _unloadable(card, error)
        checks = (run.check(name, solution) for name in run.names)
        return next((check for check in checks if check.outcome != "passed"), None)


def _attempt(
    page: Page, link: BaseLink, load: Callable[[], Subject], only: frozenset[str] | None
) -> list[Check]:
    try:
        solution = load()
    except (Fault, Raised) as error:
        return [_unloadable(page.card, error)]
    return _Run(page, link, only).checks(solution)


def _loaded_here(link: Inline, file: Submission) -> Subject:
    fields = {"path": file.path, "source": file.source, "entry": file.entry}
    solution = link.request("load", banned=[], **fields).value
    assert isinstance(solution, Subject)
    return solution


class _Run:
    """One solution against one page."""

    def __init__(
        self,
        page: Page,
        link: BaseLink,
        only: frozenset[str] | None,
        shrinks: bool = True,
        known: str | None = None,
        explained: bool = False,
    ) -> None:
        self.page = page
        self.link = link
        self.shrinks = shrinks
        self.known = known  # the mistake that it is, where that need not be found out
        self.only = only or frozenset(page.card.checks)
        # What calls leave behind is seen after the calls: then all checks run, to show a few.
        whole = bool(self.only & {ARGUMENTS, GLOBALS})
        self.names = [n for n in page.card.checks if whole or n in self.only]
        self.explained = explained  # the first failing check is shrunk and named, others are not

    def checks(self, solution: Subject) -> list[Check]:
        """The checks asked for, and one that kept them from running."""
        done = self._run(solution)
        return [c for c in done if c.name in self.only or c.outcome in LOST]

    def _run(self, solution: Subject) -> list[Check]:
        done: list[Check] = []
        for name in self.names:
            if done and done[-1].outcome in LOST:
                lost = next(c.name for c in done if c.outcome not in ("passed", "failed", "error"))
                rest = self.names[len(done) :]
                says = f"Not run: {lost.replace('_', ' ')} ended the process."
                return [*done, *(Check(n, "skipped", says) for n in rest)]
            done.append(self.check(name, solution))
        return done

    def check(self, name: str, solution: Subject) -> Check:
        if name == ARGUMENTS:
            return _side_effect(name, self.link.changed, "modifies its input", _REMEDY_ARGUMENT)
        if name == GLOBALS:
            return _side_effect(name, self.link.leaked, "leaves changed", _REMEDY_GLOBAL)
        seen: naming.Seen = []
        failing: tuple[Case, Observation] | None = None
        case: Case = {}
        try:
            for index, case in enumerate(self.page.pool(name)):
                observation = self.page.judged(name, solution, case, index)
                seen.append((index, case, observation))
                if observation.fails:
                    failing = failing or (case, observation)
                    if self.explained:
                        break
        except Fault as fault:
            return _fault(self.page, name, fault, case)
        if all(observation.skipped for _, _, observation in seen):
            raise RuntimeError(f"{self.page.card.id}: {name} had nothing to check")
        if failing is None:
            return Check(name, "passed", f"{len(seen)} cases")
        return self._explain(name, solution, seen, *failing)

    def _explain(
        self, name: str, solution: Subject, seen: naming.Seen, case: Case, failed: Observation
    ) -> Check:
        if self.explained:
            return _failure(self.page, name, case, failed, [])
        self.explained = True
        mistakes = [self.known] if self.known else naming.names(self.page, name, seen)
        if self.shrinks:
            try:
                case, failed = self._shrunk(name, solution, case, failed)
            except _FaultOnTheWay as way:
                return _fault(self.page, name, way.fault, way.case)
        return _failure(self.page, name, case, failed, mistakes)

    def _shrunk(
        self, name: str, solution: Subject, case: Case, failed: Observation
    ) -> tuple[Case, Observation]:
        """A smaller case that fails too, if there is one, and what it shows."""
        found, faults = {id(case): failed}, list[_FaultOnTheWay]()

        def fails(smaller: Case) -> bool:
            if faults:
                return False
            try:
                found[id(smaller)] = seen = self.page.judged(name, solution, smaller, None)
            except Fault as fault:
                faults.append(_FaultOnTheWay(fault, smaller))
                return False
            return seen.fails

        small = self.page.shrink(name, fails, case)
        if faults:
            raise faults[0]
        return small, found[id(small)]


class _FaultOnTheWay(Exception):
    """A smaller case ended the learner's process, which is worse than what was being shrunk."""

    def __init__(self, fault: Fault, case: Case) -> None:
        super().__init__(fault.says)
        self.fault = fault
        self.case = case


_REMEDY_ARGUMENT = "Work on a copy, or make something new from it."
_REMEDY_GLOBAL = "Put it back before returning, for example with a `with` block."


def _side_effect(name: str, what: str | None, does: str, remedy: str) -> Check:
    if what is None:
        return Check(name, "passed")
    return Check(name, "failed", f"It {does} {what}. {remedy}")


def _unloadable(card: Card, problem: Fault | Raised) -> Check:
    if isinstance(problem, Raised):
        says = f"Loading it raised {_told(problem)}."
        return Check(LOADS, "broken", says, line=problem.line)
    if problem.kind == "broken":
        says = f"It defines no `{card.entry}`, which is the name that is graded."
        return Check(LOADS, "broken", says)
    return Check(LOADS, problem.kind, problem.says, line=problem.line)


def _fault(page: Page, name: str, fault: Fault, case: Case) -> Check:
    example = explain.example(case, Observation()) if case else None
    much = fault.kind in ("timeout", "memory")  # then the law's words may tell why it is too much
    says = _with_reason(page, name, fault.says) if much else fault.says
    return Check(name, fault.kind, says, example=example, line=fault.line)


def _failure(page: Page, name: str, case: Case, failed: Observation, mistakes: list[str]) -> Check:
    says = [_what(page, name, failed), *(page.exercise.mistakes[m].says for m in mistakes)]
    outcome = "error" if failed.raised and failed.raised.line else "failed"
    line = failed.raised.line if failed.raised else None
    example = explain.example(case, failed)
    named = mistakes[0] if mistakes else None
    return Check(name, outcome, "\n".join(says), named, example, line)


def _what(page: Page, name: str, failed: Observation) -> str:
    if failed.raised is not None:
        told = _told(failed.raised)
        return f"It raised {told}." if failed.raised.line else unusable(told)
    assert failed.broken is not None
    return _with_reason(page, name, clean(failed.broken.says))


def _with_reason(page: Page, name: str, says: str) -> str:
    """What broke, and why the law that it breaks matters."""
    law = page.exercise.laws.get(name)
    return f"{says} {law.says}" if law and law.says else says


def _told(raised: Raised) -> str:
    text = clean(str(raised)).rstrip(".")
    where = f" in line {raised.line}" if raised.line else ""
    return f"{raised.type_name}{where}: {text}" if text else f"{raised.type_name}{where}"


def versions() -> dict[str, str]:
    """What a report depends on besides the file."""
    return {
        "unaided": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "hypothesis": hypothesis.__version__,
    }
