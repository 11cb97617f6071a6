"""A small program: runs a command that cannot open a network connection. Linux only, no root.

Usage: no_network.py COMMAND [WORD ...]

A seccomp filter lets the kernel refuse every socket but local ones (AF_UNIX, AF_NETLINK), to the
command and to all that it starts; it cannot be taken off again. Where the filter cannot be laid
the command is not run. What a socket could be made with besides `socket` is refused too: io_uring,
and system calls of another architecture. Sockets that are already open are left alone.
It imports nothing of ours, so that it can be run by its path. Source: seccomp(2), prctl(2), and
the kernel's tables of system calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import socket
import sys
from typing import NamedTuple, NoReturn

NOT_SEALED, NOT_FOUND = 125, 127  # exit statuses, as `env` has them

_SET_SECCOMP, _SET_NO_NEW_PRIVILEGES, _MODE_FILTER = 22, 38, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_IO_URING_SETUP = 425
_X32 = 0x40000000  # x86-64 kernels have every system call a second time from here on


class _Machine(NamedTuple):
    architecture: int  # as the kernel's audit names it
    socket: int  # the number of the system call


_MACHINES = {"x86_64": _Machine(0xC000003E, 41), "aarch64": _Machine(0xC00000B7, 198)}


class _Step(ctypes.Structure):
    """struct sock_filter: if a test holds skip `yes` steps, else `no`."""

    _fields_ = [
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def main(command: list[str]) -> NoReturn:
    """Lay the filter, then become the command."""
    if not command:
        sys.exit("usage: no_network.py COMMAND [WORD ...]")
    why_not = lay_filter()
    if why_not:
        print(f"no_network: {command[0]} was not run: {why_not}.", file=sys.stderr)
        sys.exit(NOT_SEALED)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and that is inherited
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"no_network: {command[0]} cannot be run: {error.strerror}.", file=sys.stderr)
        sys.exit(NOT_FOUND)


def lay_filter() -> str:
    """Refuse network sockets to this process, for good; "", or why that cannot be done."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or sys.maxsize < 2**32:
        return f"there is no filter for {platform.machine()} on {sys.platform}"
    steps = _steps(machine)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return f"the kernel refuses ({os.strerror(ctypes.get_errno())})"
    if libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        return f"the kernel refuses the filter ({os.strerror(ctypes.get_errno())})"
    return ""


def _steps(machine: _Machine) -> list[_Step]:
    """The filter's program. The numbers of steps to skip lead to one of the last two."""
    rows = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, 7, machine.architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 5, 0, _X32),
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 4, machine.socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 2, 0, socket.AF_UNIX),
        (_EQUAL, 1, 0, 16),  # AF_NETLINK: asks the kernel, reaches nobody
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [_Step(*row) for row in rows]


if __name__ == "__main__":
    main(sys.argv[1:])
