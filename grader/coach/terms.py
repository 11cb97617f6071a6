"""What is agreed before a mock interview begins, as the log keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Terms:
    """What was agreed before a mock began; `exercises` are the ids that were drawn, by parts."""

    format: str
    minutes: int
    exercises: tuple[tuple[str, ...], ...]
    seed: int = 0
    tracks: tuple[str, ...] = ()
    runs: int | None = None
    folder: str = ""
    editor: str | None = None
    sealed: bool = False
    ai_allowed: bool = False
    doctor: str = ""

    def to_facts(self) -> dict[str, Any]:
        lists = {"tracks": [*self.tracks], "exercises": [[*part] for part in self.exercises]}
        return {**vars(self), **lists}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Terms:
        """Raises LookupError, TypeError or ValueError for facts that are not those of a mock."""
        parts = tuple(names(part) for part in facts.get("exercises") or ())
        if not parts or not all(parts):
            raise ValueError("a mock without exercises")
        return cls(
            format=text(facts.get("format")),
            minutes=max(1, number(facts["minutes"])),
            exercises=parts,
            seed=number(facts.get("seed")),
            tracks=names(facts.get("tracks")),
            runs=None if facts.get("runs") is None else number(facts["runs"]),
            folder=text(facts.get("folder")),
            editor=text(facts.get("editor")) or None,
            sealed=facts.get("sealed") is True,
            ai_allowed=facts.get("ai_allowed") is True,
            doctor=text(facts.get("doctor")),
        )


def text(found: Any) -> str:
    """A fact that is a text; empty where it is none."""
    return found if isinstance(found, str) else ""


def number(found: Any) -> int:
    """A fact that is a whole number; 0 where it is none."""
    return found if type(found) is int else 0


def names(found: Any) -> tuple[str, ...]:
    """A fact that is a list of texts, without what is none."""
    return tuple(filter(None, map(text, found))) if isinstance(found, list) else ()
