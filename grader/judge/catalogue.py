"""The catalogue: what every page says about itself, read from its text without running it.

Listing, statements, hints and stubs need no torch, so no page is imported for them.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from grader.pagetext import PageText, constant

if TYPE_CHECKING:
    from grader.words.exercise import Exercise

BUILT_IN = "reference"
PACKS = "unaided.packs"
LOADS = "can_be_loaded"
WRITTEN = "is_written"
AGREEMENT = "agrees_with_the_reference"
ARGUMENTS = "leaves_its_arguments_alone"
GLOBALS = "leaves_global_state_alone"


class UnknownExercise(LookupError):
    """No exercise has this id; the message names the nearest ones."""


class BadPage(ValueError):
    """A page cannot be read; the message says which, where and why."""


@dataclass(frozen=True)
class Card:
    """What a page says about itself."""

    id: str
    module: str
    path: Path
    title: str
    statement: str
    entry: str
    tier: str
    level: int
    minutes: int
    source: str
    needs: tuple[str, ...]
    hints: tuple[str, ...]
    ask: tuple[tuple[str, str], ...]
    laws: tuple[str, ...]
    mistakes: tuple[str, ...]

    @property
    def track(self) -> str:
        return self.id.split("/")[0]

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of all checks, in the order they run."""
        return (AGREEMENT, *self.laws, ARGUMENTS, GLOBALS)


def cards() -> list[Card]:
    """Every exercise, track by track in the order of learning; broken packs are left out."""
    known = packages()
    tracks = dict.fromkeys(track for package in known for track in _tracks(package))
    return _in_order([card for package in known for card in _cards_of(package)], list(tracks))


def find(id: str) -> Card:
    """The exercise with this id; raises `UnknownExercise` with the nearest ids."""
    for package in packages():
        path = _folder(package) / f"{id}.py"
        if path.is_file() and id.count("/") == 1:
            return read(path, id, package)
    known = ids()
    near = difflib.get_close_matches(id, known, 3, 0.4)
    near += [i for i in known if i.split("/")[1] == id and i not in near]
    hint = f"Did you mean {' or '.join(near)}?" if near else "See `drill list`."
    raise UnknownExercise(f"There is no exercise {id!r}. {hint}")


def ids() -> list[str]:
    """The ids of all exercises; no page is read for it."""
    return [id for package in packages() for id, _ in _pages(package)]


def packages() -> list[str]:
    """Import names of the packages that hold pages: ours, then those of installed packs."""
    found = [BUILT_IN]
    for point in entry_points(group=PACKS):
        try:
            _folder(point.value)
        except Exception as error:
            warnings.warn(f"The pack {point.name!r} was left out: {error}", stacklevel=2)
        else:
            found.append(point.value)
    return found


def folders() -> list[str]:
    """Where the pages are: what graded code must not read."""
    return [str(_folder(package)) for package in packages()]


def load(card: Card) -> Exercise:
    """Import the page and give its `Exercise`."""
    exercise: Exercise = importlib.import_module(card.module).exercise
    return exercise


def read(path: Path, id: str, package: str) -> Card:
    """The card of one page; raises `BadPage` where the page leaves something out."""
    try:
        return _card(PageText(path.read_text(encoding="utf-8")), path, id, package)
    except (SyntaxError, KeyError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise BadPage(f"{path} is no page of an exercise ({what}).") from error


def _card(page: PageText, path: Path, id: str, package: str) -> Card:
    facts = page.facts
    return Card(
        id=id,
        module=f"{package}.{id.replace('/', '.')}",
        path=path,
        title=page.statement.split("\n")[0].rstrip("."),
        statement=page.statement,
        entry=page.solution.name,
        needs=facts.get("needs", ()),
        laws=tuple(node.name for node in page.marked("law")),
        mistakes=tuple(page.mistakes),
        **{name: facts[name] for name in ("tier", "level", "minutes", "source", "hints", "ask")},
    )


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"there is no package {package!r}")
    return Path(next(iter(spec.submodule_search_locations)))


def _pages(package: str) -> list[tuple[str, Path]]:
    """Ids and files of a package's pages: `<track>/<exercise>.py`, or a package of that name."""
    found = []
    for path in sorted(_folder(package).glob("*/*.py")):
        if not path.stem.startswith("_"):
            found.append((f"{path.parent.name}/{path.stem}", path))
    return found


def _tracks(package: str) -> list[str]:
    """A package's tracks: first those of its `TRACKS`, in the order of learning, then by name."""
    listed = None
    try:
        listed = constant((_folder(package) / "__init__.py").read_text(encoding="utf-8"), "TRACKS")
    except FileNotFoundError:
        pass
    except (SyntaxError, ValueError) as error:
        warnings.warn(f"The order of the tracks of {package!r} is unknown: {error}", stacklevel=2)
    known = [str(track) for track in listed] if isinstance(listed, (list, tuple)) else []
    return [*known, *sorted({id.split("/")[0] for id, _ in _pages(package)})]


def _cards_of(package: str) -> Iterator[Card]:
    for id, path in _pages(package):
        try:
            yield read(path, id, package)
        except BadPage as error:
            if package == BUILT_IN:
                raise
            warnings.warn(f"A page was left out: {error}", stacklevel=2)


def _in_order(found: list[Card], tracks: list[str]) -> list[Card]:
    """Track by track; within one, what is needed comes first."""
    by_id = {card.id: card for card in found}
    ordered: dict[str, Card] = {}

    def visit(card: Card) -> None:
        if card.id in ordered:
            return
        for need in card.needs:
            if need in by_id and by_id[need].track == card.track:
                visit(by_id[need])
        ordered.setdefault(card.id, card)

    for card in sorted(found, key=lambda c: (c.level, c.tier, c.id)):
        visit(card)
    return sorted(ordered.values(), key=lambda c: tracks.index(c.track))
