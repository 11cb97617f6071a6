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
        parts = tuple(tuple(map(str, part)) for part in facts.get("exercises") or ())
        if not parts or not all(parts):
            raise ValueError("a mock without exercises")
        return cls(
            format=str(facts.get("format")),
            minutes=int(facts["minutes"]),
            exercises=parts,
            seed=int(facts.get("seed") or 0),
            tracks=tuple(map(str, facts.get("tracks") or ())),
            runs=None if facts.get("runs") is None else int(facts["runs"]),
            folder=str(facts.get("folder") or ""),
            editor=str(facts["editor"]) if facts.get("editor") else None,
            sealed=facts.get("sealed") is True,
            ai_allowed=facts.get("ai_allowed") is True,
            doctor=str(facts.get("doctor") or ""),
        )
