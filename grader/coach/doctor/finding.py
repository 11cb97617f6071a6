"""What the doctor found of one tool, and what all findings come to. Plain data, JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

ON = "on"
OFF = "off by setting"  # a documented switch is set in the file that wins; the tool is trusted
UNKNOWN = "unknown"  # cannot be told from outside
ABSENT = "absent"  # no sign of it

#: Every state, in the order in which they concern a learner.
STATES = (ON, UNKNOWN, OFF, ABSENT)


@dataclass(frozen=True)
class Finding:
    """One tool.

    tool: its name. state: one of `STATES`. evidence: a sentence with the file and key, the process
    (name and number) or the port that tells. change: what exactly to change, "" where nothing is
    to be changed.
    """

    tool: str
    state: str
    evidence: str
    change: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state!r} is no state; there are {', '.join(STATES)}.")

    def to_dict(self) -> dict[str, str]:
        return asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Any) -> Finding:
        """Raises ValueError where `data` is no finding."""
        try:
            texts = [data[name] for name in ("tool", "state", "evidence", "change")]
        except (TypeError, LookupError) as error:
            raise ValueError(f"This is no finding: {error!r}.") from None
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("This is no finding: it holds something that is no text.")
        return cls(*texts)

    @classmethod
    def from_json(cls, text: str) -> Finding:
        return cls.from_dict(json.loads(text))


def absent(tool: str, evidence: str = "There is no sign of it.") -> Finding:
    """A tool of which nothing was found."""
    return Finding(tool, ABSENT, evidence)


def tools(findings: Iterable[Finding], state: str) -> list[str]:
    """The names of the tools in a state, each once, in the order found."""
    return list(dict.fromkeys(found.tool for found in findings if found.state == state))


def level(findings: Iterable[Finding]) -> str:
    """What may be claimed of a session, in one line.

    There is no line for "nothing is on": what cannot be seen from outside is always named.
    """
    found = tuple(findings)
    on, unknown = tools(found, ON), tools(found, UNKNOWN)
    claim = f"on: {', '.join(on)}" if on else "off by setting, as far as can be told"
    return f"{claim}; unknown: {', '.join(unknown)}" if unknown else claim
