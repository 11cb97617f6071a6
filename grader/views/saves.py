"""Noticing that a file was saved: by the system's events, and by its time where none arrive."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Literal

POLL = "DRILL_POLL"  # set in the environment: do without events
_STEP = 5  # milliseconds that events are waited for
_GATHER = 50  # milliseconds at most in which events of one save are taken together

Stamp = tuple[int, int, int]


class Saves:
    """The saves of one file. Also without events it is looked at several times a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _stamp(path)
        self._was_empty = False
        self._stop = threading.Event()
        self.wake, self._signal = socket.socketpair()
        self.wake.setblocking(False)
        self._signal.setblocking(False)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        if not os.environ.get(POLL):
            self._thread.start()

    @property
    def has_events(self) -> bool:
        return self._thread.is_alive()

    @property
    def patience(self) -> float:
        """Seconds after which to look at the file in any case."""
        return 0.25 if self.has_events else 0.1

    def saved(self) -> bool:
        """Whether the file was saved since this was last asked.

        A file that is gone, or empty, may be in the middle of being saved: the former counts when
        it is back, the latter when it still is so at the next look.
        """
        with contextlib.suppress(BlockingIOError):
            self.wake.recv(4096)
        now = _stamp(self._path)
        if now is None or now == self._seen:
            return False
        if now[1] == 0 and not self._was_empty:
            self._was_empty = True
            return False
        self._was_empty = False
        self._seen = now
        return True

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1)
        self.wake.close()
        self._signal.close()

    def __enter__(self) -> Saves:
        return self

    def __exit__(self, *_: object) -> Literal[False]:
        self.close()
        return False

    def _listen(self) -> None:
        """Pass on that something happened in the file's folder; saves may be renames, so not the
        file alone. Ends where the system has no events to give."""
        from watchfiles import watch

        with contextlib.suppress(Exception):
            for _ in watch(
                self._path.parent,
                watch_filter=None,
                step=_STEP,
                debounce=_GATHER,
                stop_event=self._stop,
                recursive=False,
                raise_interrupt=False,
            ):
                with contextlib.suppress(BlockingIOError):
                    self._signal.send(b".")


def _stamp(path: Path) -> Stamp | None:
    """What changes when a file is saved; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
