"""What the practice log is made of: events, plain data, JSON both ways."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class Unwritable(OSError):
    """The log cannot be written or read; the message says where, why, and what to do."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `at` is in UTC; `facts` depend on the kind, see `history`."""

    kind: str
    at: datetime
    id: str
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        head = {"kind": self.kind, "at": self.at.isoformat(timespec="milliseconds"), "id": self.id}
        return json.dumps(head | self.facts)

    @classmethod
    def from_json(cls, text: str) -> Event:
        """Read a line; raises ValueError where it is no event."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, found: Any) -> Event:
        """Read what JSON gave; raises ValueError where it is no event."""
        try:
            facts = {k: v for k, v in found.items() if k not in ("kind", "at", "id")}
            at, id = datetime.fromisoformat(found["at"]), str(found["id"])
            id.encode()  # half of a pair of signs cannot be stored
            return cls(str(found["kind"]), at.astimezone(UTC), id, facts)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"no event ({error})") from None


def digest_of(text: str) -> str:
    """The name of a source: it is the same for the same text on every machine."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
