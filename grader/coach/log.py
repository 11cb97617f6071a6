"""The practice log: one line of JSON for everything that happened, only ever added to.

Text, so that it can be read, kept in git and merged: the union of the lines of two logs is a log.
A line is on disk before the call that wrote it returns, so a kill loses nothing.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "history.jsonl"


@dataclass(frozen=True)
class Event:
    """One thing that happened. `at` is in UTC; `facts` depend on the kind, see `history`."""

    kind: str
    at: datetime
    id: str
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        head = {"kind": self.kind, "at": self.at.isoformat(timespec="milliseconds"), "id": self.id}
        return json.dumps(head | self.facts, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Event:
        """Read a line; raises ValueError where it is no event."""
        found = json.loads(text)
        try:
            facts = {k: v for k, v in found.items() if k not in ("kind", "at", "id")}
            at = datetime.fromisoformat(found["at"])
            return cls(str(found["kind"]), at.astimezone(UTC), str(found["id"]), facts)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no event ({error})") from None


class Log:
    """The log of one practice folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, kind: str, at: datetime | None = None, /, **facts: Any) -> Event:
        """Write down what happened, now or at a given time."""
        event = Event(kind, at or datetime.now(UTC), uuid.uuid4().hex[:16], facts)
        self._append([event])
        return event

    def events(self) -> list[Event]:
        """Everything in order of time; lines that are no event are left out."""
        return self.read()[0]

    def read(self) -> tuple[list[Event], int]:
        """Everything in order of time, each once, and how many lines could not be read."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return [], 0
        return _events(lines)

    def merge(self, other: Path) -> int:
        """Add what another log holds and this one does not; gives how many events that were.

        Raises OSError where the other one cannot be read.
        """
        found, _ = _events(other.read_bytes().splitlines())
        known = {event.id for event in self.events()}
        new = [event for event in found if event.id not in known]
        self._append(new)
        return len(new)

    def _append(self, events: Iterable[Event]) -> None:
        text = "".join(event.to_json() + "\n" for event in events)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One write to a file opened for appending: two programs do not mix their lines.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(descriptor, (self._gap() + text).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _gap(self) -> str:
        """What must stand before a new line: an end for one that was cut off."""
        with self.path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return ""
            file.seek(-1, os.SEEK_END)
            return "" if file.read(1) == b"\n" else "\n"


def _events(lines: list[bytes]) -> tuple[list[Event], int]:
    found: dict[str, Event] = {}
    unread = 0
    for text in lines:
        if not text.strip():
            continue
        try:
            event = Event.from_json(text.decode())
        except (ValueError, RecursionError):
            unread += 1
        else:
            found.setdefault(event.id, event)
    return sorted(found.values(), key=lambda event: event.at), unread
