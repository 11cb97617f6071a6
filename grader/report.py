"""The one result type: what a check found, and what a file is worth. Plain data, JSON both ways."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 1

#: Every verdict, worst first: a file gets the worst that any of its checks earned.
VERDICTS = (
    "broken",  # the file cannot be loaded
    "missing",  # it is still the stub
    "shortcut",  # it calls what the exercise asks to write
    "crashed",  # its process died
    "memory",  # it asked for more memory than the limit
    "timeout",  # it did not answer in time
    "error",  # it raised where it must not
    "failed",  # it answered wrongly
    "passed",
)


@dataclass(frozen=True)
class Check:
    """One law, and how the learner's code stood up to it.

    `outcome` is a verdict or `"skipped"` (not run, because of what an earlier check found).
    `example` holds texts only: `inputs` (name to value), `got`, `want`, `where`, `picture`.
    """

    name: str
    outcome: str
    says: str = ""
    mistake: str | None = None
    example: dict[str, Any] | None = None
    line: int | None = None


@dataclass(frozen=True)
class Report:
    """What one file is worth as a solution of one exercise."""

    exercise: str
    file: str
    verdict: str
    checks: tuple[Check, ...]
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"

    @property
    def faults(self) -> tuple[Check, ...]:
        """The checks that did not pass, in the order they ran."""
        return tuple(c for c in self.checks if c.outcome not in ("passed", "skipped"))

    def to_dict(self) -> dict[str, Any]:
        return {"schema": SCHEMA, **asdict(self), "checks": [asdict(c) for c in self.checks]}

    def to_json(self) -> str:
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        if data.get("schema") != SCHEMA:
            raise ValueError(
                f"This report has schema {data.get('schema')!r}; this version reads {SCHEMA}."
            )
        plain = {name: value for name, value in data.items() if name != "schema"}
        return cls(**{**plain, "checks": tuple(Check(**c) for c in data["checks"])})

    @classmethod
    def from_json(cls, text: str) -> Report:
        return cls.from_dict(json.loads(text))


def verdict_of(checks: tuple[Check, ...]) -> str:
    """The worst outcome among `checks`. No check at all is a fault of ours, never a pass."""
    outcomes = {c.outcome for c in checks} - {"skipped"}
    if not outcomes:
        raise ValueError("No check ran, so there is no verdict.")
    return min(outcomes, key=VERDICTS.index)
