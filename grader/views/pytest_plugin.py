"""The pytest plugin: `pytest exercises/TRACK` grades a learner's files, one item a check.

pytest loads this module for every run in its environment, so it imports next to nothing, and
nothing heavier before a file of an exercise turns up. In a clone it is named in `addopts`, when
installed it is an entry point of the same name, so both together are one plugin.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.views.pytest_grading import Grading
    from grader.views.pytest_places import Places


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--drill-examples` and `--drill-seed`."""
    group = parser.getgroup("drill", "drills")
    says = "how many drawn cases each check gets, besides the chosen ones"
    group.addoption("--drill-examples", type=_at_least(1), metavar="N", help=says)
    says = "what the drawn cases depend on: the same seed, the same cases"
    group.addoption("--drill-seed", type=_at_least(0), metavar="S", help=says)


def pytest_configure(config: pytest.Config) -> None:
    """Give this run its own state."""
    config.pluginmanager.register(Drills(config), "drills")


def _at_least(least: int) -> Any:
    def whole_number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            says = f"must be a whole number, {least} or more, not {text!r}"
            raise argparse.ArgumentTypeError(says)
        return int(text)

    return whole_number


class Drills:
    """The hooks of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @cached_property
    def _places(self) -> Places:
        from grader.views.pytest_places import Places

        return Places(self._config)

    @cached_property
    def _grading(self) -> Grading:
        from grader.views.pytest_grading import Grading

        return Grading(self._config)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Where an argument names nothing, say what is near it."""
        try:
            return (yield)
        except pytest.UsageError as error:
            from grader.views import pytest_advice as advice

            raise pytest.UsageError(*error.args, *advice.on_arguments(self._places)) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Take learners' files from whoever else collects them; they are never imported here."""
        found = yield
        if file_path.suffix != ".py":
            return found
        named = parent.session.isinitpath(file_path)
        given = named or parent.session.isinitpath(file_path.parent)
        places = self._places
        if not places.is_exercise(file_path, given) and not (
            named and places.is_misnamed(file_path)
        ):
            return found
        from grader.views.pytest_nodes import ExerciseFile

        file = ExerciseFile.from_parent(parent, path=file_path)
        file.places, file.grading = places, self._grading
        return [file]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Everything that is told of a check is told of the learner's file, not of ours."""
        report = yield
        if "_grading" in vars(self):
            from grader.views.pytest_nodes import CheckItem

            if isinstance(item, CheckItem):
                item.placed(report)
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """A file is graded once, so all its checks go to one worker unless told otherwise."""
        if config.getoption("dist") != "load" or not self._places.only_exercises():
            return None
        from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

        return LoadFileScheduling(config, log)

    def pytest_sessionfinish(self) -> None:
        """End what was started."""
        if "_grading" in vars(self):
            self._grading.close()

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int
    ) -> None:
        """Say what was not graded and looks as if it should have been."""
        from grader.views import pytest_advice as advice

        nothing = exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
        for sentence in advice.at_the_end(self._places, nothing):
            terminalreporter.write_line(sentence, yellow=True)
