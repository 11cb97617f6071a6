"""Which files pytest is to leave to the drills: told from paths, as long as that is enough.

The plugin is loaded for every run of pytest in its environment, so other projects must be told
apart from a folder of exercises at no cost, and left alone.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from grader.judge import catalogue
from grader.judge.catalogue import Card

FOLDER = "exercises"
LIKE = 0.85  # how alike a name must be to be taken for a slip of the pen


class Places:
    """The exercises that exist, and where pytest was told to look for files of them."""

    def __init__(self, config: pytest.Config) -> None:
        self.here = config.invocation_params.dir
        self.given = [(self._path(arg), arg.partition("::")[2]) for arg in config.args]
        self.left_out: dict[str, None] = {}  # what was said of packs that cannot be used

    @cached_property
    def ids(self) -> list[str]:
        """The ids of all exercises."""
        with self._listening():
            return sorted(catalogue.ids())

    @property
    def tracks(self) -> list[str]:
        """The names of all tracks."""
        return sorted({id.split("/")[0] for id in self.ids})

    def find(self, id: str) -> Card:
        """The card of an exercise; `BadPage` or `UnknownExercise` where there is none."""
        with self._listening():
            return catalogue.find(id)

    def is_exercise(self, path: Path, given: bool) -> bool:
        """Whether a file is a learner's, written or not.

        given: whether it, or its folder, was named on the command line: then it may lie anywhere,
        if it mentions what the exercise asks for.
        """
        laid = path.parent.parent.name == FOLDER
        if not (laid or given or FOLDER in path.parts) or _is_of_pytest(path):
            return False
        return id_of(path) in self.ids and (laid or self._mentions(path))

    def is_misnamed(self, path: Path) -> bool:
        """Whether a file lies where exercises do, and has a name of none of them."""
        if path.parent.parent.name != FOLDER or _is_of_pytest(path) or id_of(path) in self.ids:
            return False
        return path.parent.name in self.tracks or bool(self.like(id_of(path)))

    def like(self, id: str, least: float = LIKE) -> list[str]:
        """The ids that one may have meant, best first."""
        return difflib.get_close_matches(id, self.ids, 3, least)

    def searched(self) -> list[Path]:
        """The folders and files of exercises that were named, or that lie in a named folder."""
        found = [path if FOLDER in path.parts else path / FOLDER for path, _ in self.given]
        return list(dict.fromkeys(path for path in found if path.exists()))

    def only_exercises(self) -> bool:
        """Whether every argument lies in a folder of exercises."""
        return bool(self.given) and all(FOLDER in path.parts for path, _ in self.given)

    def asked(self, path: Path) -> list[str]:
        """The checks of a file that were named one by one; none where it was named whole."""
        if any(not check and path.is_relative_to(place) for place, check in self.given):
            return []
        return [check for place, check in self.given if check and place == path]

    def shown(self, path: Path) -> str:
        """A path as one would type it here."""
        try:
            return os.path.relpath(path, self.here)
        except ValueError:  # another drive
            return str(path)

    def _path(self, argument: str) -> Path:
        return Path(os.path.abspath(self.here / argument.partition("::")[0]))  # noqa: PTH100

    def _mentions(self, path: Path) -> bool:
        with contextlib.suppress(catalogue.BadPage, OSError):
            text = path.read_text(encoding="utf-8", errors="replace")
            return self.find(id_of(path)).entry in text
        return False

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what is said of packs, whatever pytest was told to do with warnings."""
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            try:
                yield
            finally:
                self.left_out |= dict.fromkeys(str(warning.message) for warning in heard)


def id_of(path: Path) -> str:
    """The id that a file would have as an exercise."""
    return f"{path.parent.name}/{path.stem}"


def _is_of_pytest(path: Path) -> bool:
    """Whether a file's name means something else: a test, `conftest`, `__init__`, ..."""
    stem = path.stem
    return stem.startswith(("_", "test_")) or stem.endswith("_test") or stem == "conftest"
