"""Reading what can be read out of a damaged log.

Every event lies in the file as one JSON text, so it is found in the bytes themselves, whatever
became of the tables around it. Sources are found through the tables, as far as these go.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from grader.coach.event import Event, digest_of
from grader.coach.log import PATIENCE, Log, Source, is_sound

_BEGINNING = re.compile(rb'\{"kind": "')
_LONGEST = 1 << 14  # bytes in which an event ends
_JOURNAL = "-wal"  # what is not yet in the database
_INDEX = "-shm"


def salvage(path: Path) -> None:
    """Put a sound log in place of a damaged one, with what can be read of it.

    The damaged file is kept beside it; a warning says where, and how much was read. Of two
    programs that do this at once one does it and the other waits.
    """
    with _alone(path):
        if is_sound(path):
            return
        aside = _copied(path)
        events, sources = list(_events(aside)), list(_sources(aside))
        _replace(path, events, sources)
    warnings.warn(
        f"The history {path} is damaged. It was set aside as {aside.name}, and what could be "
        f"read was kept: {len(events)} events and {len(sources)} sources. If you have an export "
        "of another day, `drill import FILE` adds what is missing.",
        stacklevel=2,
    )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other programs from mending the same file; SQLite's lock ends with its process."""
    lock = sqlite3.connect(f"{path}.lock", timeout=PATIENCE, isolation_level=None)
    with contextlib.closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _copied(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for end in ("", _JOURNAL):
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(f"{path}{end}", f"{aside}{end}")
    return aside


def _replace(path: Path, events: list[Event], sources: list[Source]) -> None:
    """Build the new log beside the old one, and only then put it in its place."""
    fresh = path.with_name(f"{path.name}.new")
    _remove(fresh)
    Log(fresh).insert(events, sources)
    _remove(Path(f"{path}{_JOURNAL}"), Path(f"{path}{_INDEX}"))
    fresh.replace(path)
    _remove(Path(f"{fresh}{_JOURNAL}"), Path(f"{fresh}{_INDEX}"))


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _events(path: Path) -> Iterator[Event]:
    """Every whole event in the bytes, in order of time."""
    found: dict[str, Event] = {}
    decoder = json.JSONDecoder()
    for data in _bytes(path):
        for match in _BEGINNING.finditer(data):
            text = data[match.start() : match.start() + _LONGEST].decode("ascii", "replace")
            with contextlib.suppress(ValueError, RecursionError):
                event = Event.from_dict(decoder.raw_decode(text)[0])
                found.setdefault(event.id, event)
    yield from sorted(found.values(), key=lambda event: event.at)


def _bytes(path: Path) -> Iterator[bytes]:
    for end in ("", _JOURNAL):
        with contextlib.suppress(OSError):
            yield Path(f"{path}{end}").read_bytes()


def _sources(path: Path) -> Iterator[Source]:
    """Every source whose text is still the one that its digest was made of."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as found:
        for digest, text in found.execute("SELECT digest, text FROM sources"):
            if isinstance(text, str) and digest_of(text) == digest:
                yield digest, text
