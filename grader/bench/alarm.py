"""A time limit for code of this process: what keeps a mistake that never ends from stopping all."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

IDLE = 6  # times its seconds may go by for code that waits, or that a busy machine does not run


class Late(BaseException):
    """The time is up. No `Exception`, so that code which catches those does not catch this."""


@contextlib.contextmanager
def alarm(seconds: float | None) -> Iterator[list[None]]:
    """Raise `Late` in what computes for longer, and again and again in case it was caught; what is
    given is empty until then. No limit holds outside the main thread, nor on Windows.
    """
    rang: list[None] = []
    main = threading.current_thread() is threading.main_thread()
    if seconds is None or not main or not hasattr(signal, "setitimer"):
        yield rang
        return
    computed, end = time.process_time() + 0.9 * seconds, time.monotonic() + IDLE * seconds

    def ring(*_: object) -> None:
        if time.process_time() > computed or time.monotonic() > end:
            rang.append(None)
            raise Late

    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 4)
    try:
        yield rang
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)
