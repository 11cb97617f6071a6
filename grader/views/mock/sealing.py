"""Sealing a mock interview: the whole command again, where there is no network, proved from inside.

The process replaces itself by the wrapped command. It hands on a listener that was reachable from
outside; inside, it must be out of reach, else nobody says sealed.
"""

from __future__ import annotations

import os
import socket
import sys

from grader.coach import reach
from grader.coach.isolate import sealed
from grader.views.exits import Misuse

LISTENER = "UNAIDED_SEAL"  # in the environment: the descriptor of the listener
IN_TERMINAL = ("vim", "nvim", "emacs")  # editors that can be sealed in with us
REFUSED = (
    "This session cannot be sealed: no way to cut off the network that this system offers could be "
    "proved to work, so none was trusted. Leave out --sealed; the report will say so."
)


def seal(editor: str | None) -> bool:
    """Return inside, or replace this process by itself inside; raises Misuse where neither can be.

    Gives True; nothing else may claim that a session is sealed.
    """
    if editor not in IN_TERMINAL:
        given = f"{editor} is none" if editor else "none is named"
        raise Misuse(
            f"Only an editor in the terminal can be sealed in, and {given}. "
            f"Add --editor {IN_TERMINAL[0]}, or one of {', '.join(IN_TERMINAL[1:])}."
        )
    inherited = os.environ.pop(LISTENER, None)
    if inherited is None:
        _go_inside()
    elif not _is_cut_off(inherited):
        raise Misuse(REFUSED)
    return True


def _go_inside() -> None:
    command = sealed([sys.executable, "-m", "grader", *sys.argv[1:]])
    if command is None:
        raise Misuse(REFUSED)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        os.environ[LISTENER] = str(listener.fileno())
        try:
            os.execvp(command[0], command)
        except OSError as error:
            raise Misuse(f"{command[0]} could not be started: {error.strerror}.") from None


def _is_cut_off(descriptor: str) -> bool:
    """Whether the listener outside, and the outside, are out of reach from here."""
    try:
        with socket.socket(fileno=int(descriptor)) as listener:
            port = str(listener.getsockname()[1])
            return reach.found([port, "0"]) == reach.SEALED
    except (OSError, ValueError):
        return False
