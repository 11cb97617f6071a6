"""How to grade: plain data, so that a command line can be read without torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

EXAMPLES = 24


@dataclass(frozen=True)
class Options:
    """How to grade. The same options and the same file give the same verdict.

    examples: drawn cases a check, besides the chosen ones.
    only: names of the checks to run, or None for all.
    echo: is given what the learner's code printed.
    seconds: the longest that a call, or loading the file, may take, if not what the page says.
    """

    examples: int = EXAMPLES
    seed: int = 0
    only: frozenset[str] | None = None
    echo: Callable[[str], None] | None = None
    seconds: float | None = None
