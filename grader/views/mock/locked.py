"""Hints, references and walkthroughs stay locked while a mock interview runs."""

from __future__ import annotations

from grader.coach.event import Unwritable
from grader.coach.log import FILE, Log
from grader.coach.mock import locks
from grader.views.diary import data_folder
from grader.views.exits import Misuse


def why_locked(id: str) -> str:
    """What to tell of an exercise that a running mock interview may ask; "" of any other."""
    try:
        events = Log(data_folder() / FILE).events()
    except Unwritable:  # told where something is to be written down; it stops nobody
        return ""
    if not locks(events, id):
        return ""
    return (
        f"Hints, reference and walkthrough of {id} are locked until the mock interview is over: "
        "`drill mock end`, or `drill mock --resume` to go on with it."
    )


def refuse_if_locked(id: str) -> None:
    """Raises Misuse for an exercise that a running mock interview may ask."""
    if says := why_locked(id):
        raise Misuse(says)
