"""The practice log: a row for everything that happened, only ever added to, in SQLite.

A row is on disk before the call that wrote it returns, so a kill loses nothing. Each row holds its
whole event as one JSON text: that is what is exported, merged, and read out of a damaged file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from grader.coach.event import Event, Unwritable, digest_of

FILE = "history.db"
PATIENCE = 10.0  # seconds to wait for another program that is writing

#: What leads from each version of the tables to the next; `PRAGMA user_version` counts them.
MIGRATIONS = (
    """
    CREATE TABLE events (id TEXT PRIMARY KEY, event TEXT NOT NULL);
    CREATE TABLE sources (digest TEXT PRIMARY KEY, text TEXT NOT NULL);
    """,
)

T = TypeVar("T")
Source = tuple[str, str]  # a digest and its text


@dataclass(frozen=True)
class Merged:
    """What came of an import: events and sources that were new, lines that could not be read."""

    events: int
    sources: int
    unread: int


class Log:
    """The log in one file. Each method opens it anew, so that processes may fork and be killed.

    A file that is damaged is set aside with a warning, and what can be read of it is kept. Every
    method raises `Unwritable` where the file cannot be used at all.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, kind: str, at: datetime | None = None, /, **facts: Any) -> Event:
        """Write down what happened, now or at a given time."""
        event = Event(kind, at or datetime.now(UTC), uuid.uuid4().hex[:16], facts)
        self.insert([event], [])
        return event

    def keep(self, text: str) -> str:
        """Keep the source of an attempt; gives the digest by which `source` finds it."""
        digest = digest_of(text)
        self.insert([], [(digest, text)])
        return digest

    def source(self, digest: str) -> str | None:
        """The text that was kept under a digest."""
        query = "SELECT text FROM sources WHERE digest = ?"
        rows = self._do(lambda found: found.execute(query, (digest,)).fetchall())
        return rows[0][0] if rows else None

    def events(self) -> list[Event]:
        """Everything in the order in which it was written, which a clock that jumps leaves alone.

        Rows that are no event, as a newer version may write them, are left out.
        """
        return [event for text in self._do(_texts) if (event := _event(text)) is not None]

    def export(self) -> Iterator[str]:
        """The whole log as lines of JSON, one for each source and each event."""
        for digest, text in self._do(_sources):
            yield json.dumps({"source": digest, "text": text})
        yield from self._do(_texts)

    def merge(self, lines: Iterable[str]) -> Merged:
        """Add what the exported lines of another log hold and this one does not."""
        events: list[Event] = []
        sources: list[Source] = []
        unread = 0
        for line in filter(str.strip, lines):
            try:
                found = json.loads(line)
                if isinstance(found, dict) and "source" in found:
                    found["text"].encode()  # half of a pair of signs cannot be stored
                    sources.append((digest_of(found["text"]), found["text"]))
                else:
                    events.append(Event.from_dict(found))
            except (ValueError, KeyError, AttributeError, RecursionError):
                unread += 1
        return Merged(*self.insert(events, sources), unread)

    def insert(self, events: list[Event], sources: list[Source]) -> tuple[int, int]:
        """Write all or, where that fails, nothing; gives how many of each were new."""
        rows = [(event.id, event.to_json()) for event in events]

        def work(found: sqlite3.Connection) -> tuple[int, int]:
            with found:
                count = [found.total_changes]
                found.executemany("INSERT OR IGNORE INTO sources VALUES (?, ?)", sources)
                count.append(found.total_changes)
                found.executemany("INSERT OR IGNORE INTO events VALUES (?, ?)", rows)
                count.append(found.total_changes)
            return count[2] - count[1], count[1] - count[0]

        return self._do(work, write=True)

    def _do(self, work: Callable[[sqlite3.Connection], T], write: bool = False) -> T:
        """Do something with the open file; once more after it was found damaged and mended."""
        with _told(self.path):
            if not write and not self.path.exists():
                with contextlib.closing(_migrated(sqlite3.connect(":memory:"), self.path)) as empty:
                    return work(empty)
            try:
                with contextlib.closing(_connected(self.path)) as found:
                    return work(found)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
        from grader.coach.salvage import salvage  # seldom needed

        with _told(self.path):
            salvage(self.path)
            with contextlib.closing(_connected(self.path)) as found:
                return work(found)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it says that the file is no sound database; subclasses tell of other trouble."""
    return type(error) is sqlite3.DatabaseError


def is_sound(path: Path) -> bool:
    """Whether all of a log can be read and written."""
    try:
        with contextlib.closing(_connected(path)) as found:
            return bool(found.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into a sentence."""
    try:
        yield
    except Unwritable:
        raise
    except (sqlite3.Error, OSError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unwritable(
            f"The history {path} cannot be used: {why}. Check the disk and the file's permissions; "
            "your own files are as you saved them."
        ) from error


def _texts(found: sqlite3.Connection) -> list[str]:
    return [text for (text,) in found.execute("SELECT event FROM events ORDER BY rowid")]


def _sources(found: sqlite3.Connection) -> list[Source]:
    return found.execute("SELECT digest, text FROM sources ORDER BY rowid").fetchall()


def _event(text: str) -> Event | None:
    with contextlib.suppress(ValueError, RecursionError):
        return Event.from_json(text)
    return None


def _connected(path: Path) -> sqlite3.Connection:
    """Open the file and bring its tables to this version."""
    if path.exists() and not os.access(path.parent, os.W_OK):  # WAL cannot be read without writing
        return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    found = sqlite3.connect(path, timeout=PATIENCE)
    try:
        found.execute("PRAGMA page_size = 16384")  # an event is to lie on one page: see salvage
        found.execute("PRAGMA journal_mode = WAL")
        found.execute("PRAGMA synchronous = FULL")
        return _migrated(found, path)
    except BaseException:
        found.close()
        raise


def _migrated(found: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Bring the tables to this version, each step whole or not at all."""
    while (version := _version(found)) < len(MIGRATIONS):
        with found:
            found.execute("BEGIN IMMEDIATE")
            if _version(found) == version:  # else another program has just done it
                for statement in filter(str.strip, MIGRATIONS[version].split(";")):
                    found.execute(statement)
                found.execute(f"PRAGMA user_version = {version + 1}")
    if version > len(MIGRATIONS):
        raise Unwritable(
            f"The history {path} was written by a newer version (its tables have version "
            f"{version}, this program knows {len(MIGRATIONS)}). Update this installation."
        )
    return found


def _version(found: sqlite3.Connection) -> int:
    return int(found.execute("PRAGMA user_version").fetchone()[0])
