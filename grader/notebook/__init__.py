"""Walkthroughs: the words that their cells are written in.

`show`, `curve`, `bars`, `transcript` and `track_map` draw; `seconds` and `largest_tensor` measure;
`trap` shows a named mistake failing; `reference` gives a right solution to try things with. Light
to import: torch, matplotlib and the judge are loaded by what needs them.
"""

from __future__ import annotations

from typing import Any

from grader.judge import catalogue
from grader.notebook.conversation import transcript
from grader.notebook.cost import largest_tensor, seconds
from grader.notebook.drawing import Picture, bars, curve, show
from grader.notebook.trackmap import track_map
from grader.notebook.verdict import Trap

__all__ = (
    "Picture",
    "bars",
    "curve",
    "largest_tensor",
    "reference",
    "seconds",
    "show",
    "track_map",
    "transcript",
    "trap",
)


def reference(id: str) -> Any:
    """The right solution of an exercise, to be called; LookupError where there is no such one."""
    return catalogue.load(catalogue.find(id)).reference


def trap(id: str, mistake: str) -> Trap:
    """Run a named mistake of an exercise through the judge; what it fails on.

    Raises LookupError for an exercise or a mistake that there is not.
    """
    from grader.notebook.service import service

    card = catalogue.find(id)
    if mistake not in card.mistakes:
        raise LookupError(
            f"{id} names no mistake {mistake!r}. It names {', '.join(card.mistakes)}."
        )
    check, says = service().trap(id, mistake)
    return Trap(id, mistake, says, check)
