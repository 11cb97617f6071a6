"""What to say where pytest was pointed at something that is no exercise. One sentence each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.judge import catalogue
from grader.views.pytest_places import FOLDER, Places, id_of


def on_arguments(places: Places) -> Iterator[str]:
    """On every argument that names nothing where an exercise, or a check of one, was meant."""
    for path, check in places.given:
        if FOLDER not in path.parts:
            continue
        if not path.exists():
            yield from _on_missing(places, path)
        elif check and places.is_exercise(path, given=True):
            yield from _on_check(places, id_of(path), check)


def on_unknown(places: Places, path: Path) -> str:
    """On a file whose name is none of an exercise."""
    near = places.like(id_of(path)) or places.like(id_of(path), 0.4)
    return f"There is no exercise {id_of(path)!r}. {_meant(near, 'See `drill list`.')}"


def at_the_end(places: Places, nothing: bool) -> Iterator[str]:
    """On files that look like exercises and are none, and on an empty folder.

    nothing: whether there was no test at all.
    """
    files = [path for place in places.searched() for path in _files(place)]
    for path in files:
        near = places.like(id_of(path)) if places.is_misnamed(path) else []
        if near and path not in places.searched():
            yield f"{places.shown(path)} was not graded: no exercise has this name. {_meant(near)}"
    if nothing and places.searched() and not any(id_of(path) in places.ids for path in files):
        where = " ".join(map(places.shown, places.searched()))
        yield (
            f"No exercise lies in {where}: it is a file {FOLDER}/TRACK/NAME.py, with a name that "
            "`drill list` shows. `drill init` writes what is missing."
        )
    yield from places.left_out


def _on_missing(places: Places, path: Path) -> Iterator[str]:
    if path.suffix == ".py" and id_of(path) in places.ids:
        yield f"{places.shown(path)} is not there; `drill init` writes what is missing."
    elif path.suffix == ".py":
        yield on_unknown(places, path)
    elif path.parent.name == FOLDER and path.name in places.tracks:
        yield f"The folder {places.shown(path)} is not there; `drill init` writes what is missing."
    elif path.parent.name == FOLDER:
        near = difflib.get_close_matches(path.name, places.tracks) or places.tracks
        yield f"There is no track {path.name!r}. {_meant(near)}"


def _on_check(places: Places, id: str, check: str) -> Iterator[str]:
    try:
        checks = places.find(id).checks
    except catalogue.BadPage:
        return
    if check not in checks:
        near = difflib.get_close_matches(check, checks, 2, 0.4) or checks
        yield f"{id} has no check {check!r}. {_meant(near)}"


def _meant(near: Iterable[str], otherwise: str = "") -> str:
    names = " or ".join(near)
    return f"Did you mean {names}?" if names else otherwise


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(place.glob("*/*.py" if place.name == FOLDER else "*.py"))
