"""Grading in a run of pytest: one judge, opened when the first check runs; each file once."""

from __future__ import annotations

import contextlib
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.judge.catalogue import LOADS, Card
from grader.judge.options import EXAMPLES, Options
from grader.report import Check
from grader.views.diary import note
from grader.views.layout import shortened, visible
from grader.views.workspace import text_of

if TYPE_CHECKING:
    from grader.judge.run import Judge


OUTPUT_LINES = 30  # what is shown of the output of a file; with -s all is
OURS = "internal"  # the outcome of a check that could not be made, by a fault of ours


class Grading:
    """The judge of this process, and the reports on the files that it has graded."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._stack = contextlib.ExitStack()
        self._judge: Judge | None = None
        self._graded: dict[Path, dict[str, Check]] = {}
        self._heard: list[str] = []

    def checks(self, card: Card, path: Path, items: Sequence[pytest.Item]) -> dict[str, Check]:
        """How a file stood up to its items' checks, by name; one other where none could run."""
        if path not in self._graded:
            found = self._grade(card, path, frozenset(item.name for item in items))
            self._graded[path] = {check.name: check for check in found}
            self._show_output(self._graded[path], items)
        return self._graded[path]

    def close(self) -> None:
        """End the judge and every process that it started."""
        self._judge = None
        self._stack.close()

    def _grade(self, card: Card, path: Path, names: frozenset[str]) -> Sequence[Check]:
        text = text_of(path)  # before it is graded: it may be saved meanwhile
        # A run may turn warnings into errors; those of torch and of pages are not the learner's.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                report = self._opened().grade(card, path, only=names)
            except Exception as error:
                if isinstance(error, OSError) and error.filename == str(path):
                    return [Check(LOADS, "broken", f"It cannot be opened: {error.strerror}.")]
                return [internal(self._config, card.id, error)]
        if names >= set(card.checks):
            note(card, path, report, text)
        return report.checks

    def _opened(self) -> Judge:
        if self._judge is None:
            from grader.judge.open import open_judge

            examples = self._config.getoption("drill_examples") or EXAMPLES
            seed = self._config.getoption("drill_seed") or 0
            options = Options(examples=examples, seed=seed, echo=self._heard.append)
            self._judge = self._stack.enter_context(open_judge(options))
        return self._judge

    def _show_output(self, checks: dict[str, Check], items: Sequence[pytest.Item]) -> None:
        """What the file printed: beside its first fault, or at once where nothing is captured."""
        rows = [visible(row) for row in "".join(self._heard).splitlines()]
        self._heard.clear()
        if rows and self._config.getoption("capture") == "no":
            sys.stdout.write("\n".join(["", *rows, ""]))
        elif rows:
            text = "\n".join(shortened(rows, OUTPUT_LINES))
            faults = (i for i in items if i.name in checks and checks[i.name].outcome != "passed")
            next(faults, items[0]).add_report_section("call", "stdout", text)


def internal(config: pytest.Config, id: str, error: Exception) -> Check:
    """What to say of a fault of ours: a sentence, and the traceback only where it was asked for."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    says = f"{id} could not be graded, and not for a fault of your file ({what})."
    if config.getoption("tbstyle") in ("long", "native") or config.getoption("fulltrace"):
        says = f"{says}\n\n{''.join(traceback.format_exception(error))}"
    else:
        says += "\nPlease report it, with what the same command says with --tb=native."
    return Check(LOADS, OURS, says)
