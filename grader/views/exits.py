"""How a command ends: its exit status, and the two ways to end early."""

from __future__ import annotations

PASSED = 0
FAILED = 1
MISUSED = 2
FAULT = 3
STOPPED = 130  # by Ctrl-C, as shells have it

WHERE_TO_REPORT = "the project's issue tracker"


class Misuse(Exception):
    """The command was used wrongly; the message says what, with the value, and what to do."""


def fault_of_ours(error: BaseException) -> str:
    """What to tell of an exception that is no one's fault but ours."""
    what = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(".: ")
    return (
        f"The grader itself failed ({what}). That is our fault, not yours: please report it in "
        f"{WHERE_TO_REPORT}, with the file and what the same command says with --debug."
    )
