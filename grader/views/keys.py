"""Single keys from the terminal, without Enter; the terminal is left as it was found."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from types import FrameType, TracebackType
from typing import Any, Protocol

QUIT = "q"


class Keys(Protocol):
    """The keyboard, while a `with` lasts."""

    def wait(self, seconds: float, wake: socket.socket) -> str:
        """The keys that were pressed, after `seconds` at most or as soon as `wake` has something;
        `q` when the terminal is gone."""

    def __enter__(self) -> Keys: ...

    def __exit__(self, *_: object) -> None: ...


def keyboard() -> Keys:
    """The keyboard of this system."""
    return _Console() if sys.platform == "win32" else _Terminal()


class _Terminal:
    """POSIX: the terminal gives each key at once and shows none."""

    def __enter__(self) -> _Terminal:
        import termios
        import tty

        self._input = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._input)
        self._handlers: dict[int, Any] = {}
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, _end)
        self._handlers[signal.SIGCONT] = signal.signal(
            signal.SIGCONT, lambda *_: tty.setcbreak(self._input)
        )
        tty.setcbreak(self._input)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        import contextlib
        import termios

        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        with contextlib.suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)

    def wait(self, seconds: float, wake: socket.socket) -> str:
        ready = select.select([self._input, wake], [], [], seconds)[0]
        if self._input not in ready:
            return ""
        try:
            data = os.read(self._input, 64)
        except OSError:
            return QUIT
        if not data:
            return QUIT
        return "" if data.startswith(b"\x1b") else data.decode(errors="ignore").lower()


class _Console:
    """Windows: the console is asked now and then."""

    def __enter__(self) -> _Console:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self, seconds: float, wake: socket.socket) -> str:
        import msvcrt

        end = time.monotonic() + seconds
        pressed = ""
        while not pressed and time.monotonic() < end:
            if select.select([wake], [], [], 0.01)[0]:
                return ""
            while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                pressed += msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        return pressed.lower()


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
