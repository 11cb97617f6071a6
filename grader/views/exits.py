"""How a command ends: its exit status, and the two ways to end early."""

from __future__ import annotations

import errno

PASSED = 0
FAILED = 1
MISUSED = 2
FAULT = 3
STOPPED = 130  # by Ctrl-C, as shells have it

_REFUSALS = (
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOSPC, errno.EDQUOT),
    *(errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG),
)
WHERE_TO_REPORT = "the project's issue tracker"


class Misuse(Exception):
    """The command was used wrongly; the message says what, with the value, and what to do."""


def refused(error: Exception) -> str:
    """What the system refuses us, as a sentence; "" for what may be a fault of ours."""
    from grader.coach.event import Unwritable

    if isinstance(error, Unwritable):
        return str(error)
    if not isinstance(error, OSError) or error.errno not in _REFUSALS:
        return ""
    what = error.filename or "What was to be written"
    return (
        f"{what} cannot be used: {error.strerror}. Check its folder, its permissions and the room "
        "on the disk."
    )


def fault_of_ours(error: BaseException) -> str:
    """What to tell of an exception that is no one's fault but ours."""
    what = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(".: ")
    return (
        f"The grader itself failed ({what}). That is our fault, not yours: please report it in "
        f"{WHERE_TO_REPORT}, with the file and what the same command says with --debug."
    )
