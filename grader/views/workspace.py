"""The learner's folder: `exercises/` with what they write, `.drill/` with what we remember.

Nothing of the learner's is ever overwritten or removed without a copy under `.drill/attempts/`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from grader.judge import catalogue, render, source
from grader.judge.catalogue import Card
from grader.views.exits import Misuse

EXERCISES = "exercises"
STATE = ".drill"


def card_of(text: str) -> Card:
    """The exercise that a word on the command line means: an id, or the path of its file."""
    path = Path(text)
    id = "/".join([*path.parts[-2:-1], path.stem]) if path.suffix == ".py" else text.strip("/")
    try:
        return catalogue.find(id)
    except catalogue.UnknownExercise as error:
        raise Misuse(str(error)) from None


def shown(path: Path) -> str:
    """A path as one would type it here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def text_of(path: Path) -> str:
    """What stands in a file; empty where it cannot be read as text."""
    with contextlib.suppress(OSError):
        text = source.read(path)
        return text if isinstance(text, str) else ""
    return ""


def write(path: Path, text: str) -> None:
    """Write a file so that it is at no time half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(path, text)
    except OSError as error:
        error.filename = str(path)  # not what it is called until it is whole
        raise


def _write(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def write_new(path: Path, text: str) -> bool:
    """Write a file that is not there yet; False, and nothing done, where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def keep_copy(path: Path, folder: Path) -> Path:
    """Copy a file into a folder, under the present time; gives the copy."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(1, 1000):
        copy = folder / f"{stamp}{f'-{number}' if number > 1 else ''}{path.suffix}"
        with contextlib.suppress(FileExistsError), copy.open("xb") as file:
            file.write(path.read_bytes())
            shutil.copystat(path, copy)
            return copy
    raise RuntimeError(f"there is no free name left in {folder}")


@dataclass(frozen=True)
class Workspace:
    """One learner's folder."""

    root: Path

    @classmethod
    def find(cls) -> Workspace | None:
        """The nearest one, from the current folder upwards."""
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / EXERCISES).is_dir():
                return cls(folder)
        return None

    @classmethod
    def here(cls) -> Workspace:
        """The nearest one; raises Misuse where there is none."""
        found = cls.find()
        if found is None:
            raise Misuse(
                f"There is no folder `{EXERCISES}` in {Path.cwd()} or above it. "
                "Make one with `drill init`, or go to where yours is."
            )
        return found

    def path(self, card: Card) -> Path:
        return self.root / EXERCISES / f"{card.id}.py"

    def state(self, card: Card) -> str:
        """`absent`, `unwritten` (a stub or empty) or `written`."""
        try:
            text = source.read(self.path(card))
        except OSError:
            return "absent"
        if isinstance(text, source.Problem):
            return "written" if self.path(card).stat().st_size else "unwritten"
        found = source.inspect(text, card.entry)
        return "unwritten" if found and found.verdict == "missing" else "written"

    def next_after(self, card: Card | None, cards: list[Card]) -> Card | None:
        """The next exercise that is not written, in order; from the first one again at the end."""
        ids = [c.id for c in cards]
        start = ids.index(card.id) + 1 if card and card.id in ids else 0
        order = cards[start:] + cards[:start]
        others = (c for c in order if card is None or c.id != card.id)
        return next((c for c in others if self.state(c) != "written"), None)

    def lay(self, card: Card) -> bool:
        """Write the stub where there is no file; whether it was written."""
        return write_new(self.path(card), render.stub(card))

    def keep(self, card: Card) -> Path | None:
        """Copy the present attempt under `.drill/attempts/`; gives the copy."""
        path = self.path(card)
        if not path.exists():
            return None
        return keep_copy(path, self.root / STATE / "attempts" / card.id)

    def reset(self, card: Card, bare: int = render.FULL) -> Path | None:
        """Lay a stub in place of the attempt, and start over with the hints.

        bare: how much it shows, see `render.stub`. Gives where the attempt was kept; a stub that
        was not touched is none.
        """
        kept = None if self.is_untouched(card) else self.keep(card)
        write(self.path(card), render.stub(card, bare))
        self.remember_hints(card, 0)
        return kept

    def is_untouched(self, card: Card) -> bool:
        """Whether the file is one of the exercise's stubs to the letter."""
        try:
            data = self.path(card).read_bytes()
        except OSError:
            return False
        return any(data == render.stub(card, bare).encode() for bare in render.BARE)

    def hints_shown(self, card: Card) -> int:
        """How many hints of an exercise were shown."""
        shown = self._hints().get(card.id, 0)
        return shown if isinstance(shown, int) else 0

    def remember_hints(self, card: Card, count: int) -> None:
        hints = {**self._hints(), card.id: count}
        write(self.root / STATE / "hints.json", json.dumps(hints, indent=1, sort_keys=True) + "\n")

    def next_hint(self, card: Card) -> tuple[int, str] | None:
        """The number and text of the next hint, which counts as shown; None after the last."""
        number = self.hints_shown(card) + 1
        if number > len(card.hints):
            return None
        self.remember_hints(card, number)
        return number, card.hints[number - 1]

    def _hints(self) -> dict[str, object]:
        """What was remembered; nothing where it cannot be read, for hints are no treasure."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads((self.root / STATE / "hints.json").read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return found
        return {}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
