"""Single keys from the terminal, without Enter; the terminal is left as it was found."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

QUIT = "q"
ENTER, ESCAPE, BACKSPACE, UP, DOWN = "\n", "\x1b", "\x7f", "↑", "↓"
_NAMES = {"\x1b[A": UP, "\x1b[B": DOWN, "\x1bOA": UP, "\x1bOB": DOWN, "\r": ENTER, "\b": BACKSPACE}
_SEQUENCE = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|\x1b|.", re.DOTALL)


class Keys:
    """The keyboard, while a `with` lasts."""

    alive = True  # until the terminal is gone

    def wait(self, seconds: float, wake: socket.socket) -> str:
        """The keys that were pressed, after `seconds` at most or as soon as `wake` has something;
        `q` when the terminal is gone. Letters are small; each key is one sign, see `ENTER`.
        """
        raise NotImplementedError

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        """Leave the terminal to another program meanwhile."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def __enter__(self) -> Keys:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""


def keyboard() -> Keys:
    """The keyboard of this system."""
    return _Console() if sys.platform == "win32" else _Terminal()


class _Terminal(Keys):
    """POSIX: the terminal gives each key at once and shows none."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._before: list[Any] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Keys:
        import termios

        self._before = termios.tcgetattr(self._input)
        for number, handler in (
            (signal.SIGTERM, _end),
            (signal.SIGHUP, _end),
            (signal.SIGCONT, lambda *_: self._take()),  # after Ctrl-Z and `fg`
        ):
            self._handlers[number] = signal.signal(number, handler)
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
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
            data = b""
        if not data:
            self.alive = False
            return QUIT
        return pressed(data.decode(errors="ignore"))

    def _take(self) -> None:
        import termios
        import tty

        tty.setcbreak(self._input, termios.TCSADRAIN)  # what was typed before counts


def pressed(text: str) -> str:
    """What a terminal sent, a sign for each key; keys without a sign here are left out."""
    parts = (_NAMES.get(part, part) for part in _SEQUENCE.findall(text))
    return "".join(part.lower() for part in parts if len(part) == 1)


class _Console(Keys):
    """Windows: the console is asked now and then."""

    def wait(self, seconds: float, wake: socket.socket) -> str:
        import msvcrt

        end = time.monotonic() + seconds
        keys = ""
        while not keys and time.monotonic() < end:
            if select.select([wake], [], [], 0.01)[0]:
                return ""
            while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                keys += msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        return pressed(keys)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
