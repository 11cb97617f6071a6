"""A learner's file as pytest sees it: one node, with an item for every check.

Collecting reads the file and its page as text: nothing of either is run, and no torch is imported.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judge import source
from grader.judge.catalogue import LOADS, WRITTEN, BadPage, Card
from grader.report import Check, Report
from grader.views import pytest_advice as advice
from grader.views.layout import WIDTH, block, joined, labelled
from grader.views.pytest_grading import OURS, Grading, internal
from grader.views.pytest_places import Places, id_of
from grader.views.text import About, explained, words

EXISTS = "is_an_exercise"
UNCHECKED = (EXISTS, WRITTEN, LOADS)  # what fails where no law can be tried

#: How a check's verdict is found when its turn has come.
Judged = Callable[["CheckItem"], Check]


class ExerciseFile(pytest.File):
    """A learner's file. `places` and `grading` are those of the run."""

    places: Places
    grading: Grading
    line = 1  # where the file defines what is graded

    def collect(self) -> Iterable[CheckItem]:
        """An item for each check; a single one where the file or its page is past checking."""
        id = id_of(self.path)
        if id not in self.places.ids:
            says = advice.on_unknown(self.places, self.path)
            return self._refused(Check(EXISTS, "broken", says))
        try:
            card = self.places.find(id)
        except BadPage as error:
            return self._refused(internal(self.config, id, error))
        self.line = _line_of(card.entry, self.lines())
        problem = self._problem(card)
        if problem is None:
            return [self._item(name, lambda item: item.graded(card)) for name in card.checks]
        name = WRITTEN if problem.verdict == "missing" else LOADS
        return self._refused(Check(name, problem.verdict, problem.says, line=problem.line), card)

    def lines(self) -> list[str]:
        """The lines of the file as it is now; none where it cannot be read."""
        with contextlib.suppress(OSError):
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return []

    def _problem(self, card: Card) -> source.Problem | None:
        """What is wrong with the file as a text."""
        try:
            text = source.read(self.path)
        except OSError as error:
            return source.Problem("broken", f"It cannot be opened: {error.strerror}.")
        return text if isinstance(text, source.Problem) else source.inspect(text, card.entry)

    def _refused(self, found: Check, card: Card | None = None) -> Iterator[CheckItem]:
        """One failing item, under the name that was asked for; if several were, the rest skipped.

        card: the exercise whose checks `-k` may ask for instead.
        """
        first, *others = self.places.asked(self.path) or [found.name]
        not_run = Check(found.name, "skipped", f"Not run, see {first}: {found.says}")
        for name, check in [(first, found), *((name, not_run) for name in others)]:
            item = self._item(name, _known(check))
            item.extra_keyword_matches.update(card.checks if card else ())
            yield item

    def _item(self, name: str, judged: Judged) -> CheckItem:
        item: CheckItem = CheckItem.from_parent(self, name=name, judged=judged)
        return item


class CheckItem(pytest.Item):
    """One check of one file. `judged` tells how the file stood up to it."""

    parent: ExerciseFile

    def __init__(self, *, judged: Judged, **rest: Any) -> None:
        super().__init__(**rest)
        self._judged = judged
        self.check = Check(self.name, "skipped")

    def setup(self) -> None:
        """Get the verdict; here, so that a fault of ours is pytest's "error" and no failure."""
        self.check = self._judged(self)
        if self.check.outcome == OURS:
            pytest.fail(self.check.says, pytrace=False)
        facts = [("exercise", id_of(self.path)), ("outcome", self.check.outcome)]
        facts += [("mistake", self.check.mistake)] if self.check.mistake else []
        self.user_properties.extend(facts)

    def runtest(self) -> None:
        """Pass the verdict on to pytest."""
        if self.check.outcome == "skipped":
            pytest.skip(self.check.says)
        if self.check.outcome != "passed":
            raise AssertionError(self._text())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict's text and nothing else; its first sentence and place for summaries."""
        if not isinstance(excinfo.value, AssertionError):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:
            shown.reprcrash.message = self.check.says.replace("\n", " ")
            shown.reprcrash.path = self._shown()
            shown.reprcrash.lineno = self.check.line or self.parent.line
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the learner's definition is, and what this is about."""
        return self.path, self.parent.line - 1, f"{id_of(self.path)}: {words(self.name)}"

    def placed(self, report: pytest.TestReport) -> None:
        """Correct what pytest tells of this item: what it found, and where it was skipped."""
        path, line, _ = self.reportinfo()
        report.location = (*report.location[:2], f"{id_of(path)}: {words(self.check.name)}")
        if report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(path), line + 1, report.longrepr[2])

    def graded(self, card: Card) -> Check:
        """This check's verdict, from a report on all that are to run of the file.

        Where no check could run, the first of them tells why and the others are skipped.
        """
        fellows = [i for i in self.session.items if _is_fellow(i, self)] or [self]
        first = fellows[0]
        checks = self.parent.grading.checks(card, self.path, fellows)
        if self.name in checks:
            return checks[self.name]
        problem = next(iter(checks.values()))
        if self is first:
            return problem
        says = problem.says.partition("\n")[0]
        return Check(self.name, "skipped", f"Not run, see {first.name}: {says}")

    def _text(self) -> str:
        """The verdict, as the command line shows it, with the command that gives it again."""
        check, shown = self.check, self._shown()
        report = Report(id_of(self.path), shown, check.outcome, (check,), 0.0)
        about = About(lines=tuple(self.parent.lines()))
        lines = explained(report, check, about, WIDTH)
        if check.line is None and check.name in UNCHECKED:
            lines += labelled("your file", shown, WIDTH)
        replay = self._replay()
        return joined([*lines, *block("replay", replay, WIDTH + len(replay))])

    def _replay(self) -> str:
        """The command that runs exactly this again."""
        whole = self.check.name in UNCHECKED
        parts = ["pytest", self._shown() if whole else f"{self._shown()}::{self.name}"]
        for name in ("examples", "seed"):
            value = self.config.getoption(f"drill_{name}")
            parts += [f"--drill-{name}={value}"] if value else []
        return " ".join(f'"{part}"' if " " in part else part for part in parts)

    def _shown(self) -> str:
        return self.parent.places.shown(self.path)


def _is_fellow(item: pytest.Item, of: CheckItem) -> bool:
    return isinstance(item, CheckItem) and item.path == of.path


def _known(check: Check) -> Judged:
    return lambda _: check


def _line_of(entry: str, lines: list[str]) -> int:
    """The number of the line that defines a name; 1 where none does."""
    start = re.compile(rf"(async def|def|class)\s+{entry}\b")
    return next((number for number, line in enumerate(lines, 1) if start.match(line)), 1)
