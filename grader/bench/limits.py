"""What a learner's process may use and touch. Every layer that the system refuses is left out.

Namespaces (no network, a read-only file system but for a small scratch disk in memory) are
entered once by the zygote; limits and the audit hook by each child. `layers()` tells what holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes beyond what the process has when it starts
FILE_SIZE = 16 << 20
SCRATCH = "/dev/shm"  # where the scratch disk is mounted: a folder that nothing else of ours needs
SCRATCH_SIZE = 64 << 20
PROCESSES = 64
OPEN_FILES = 256
PROCESSOR_SECONDS = 300

_NEWNS, _NEWUSER, _NEWNET = 0x20000, 0x10000000, 0x40000000
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_AT_RECURSIVE, _MOUNT_ATTR_RDONLY, _SYS_MOUNT_SETATTR = 0x8000, 1, 442
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def enter_namespaces(scratch: str) -> bool:
    """Leave the network and make every file read-only but those under `scratch`. Linux only.

    Must be called by a process with one thread. False where the system does not allow it.
    """
    user, group, libc = os.getuid(), os.getgid(), _libc()
    if libc.unshare(_NEWUSER | _NEWNET | _NEWNS) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:
        return False
    readonly = _MountAttr(set=_MOUNT_ATTR_RDONLY)
    size = ctypes.sizeof(readonly)
    where, options = os.fsencode(scratch), f"size={SCRATCH_SIZE},mode=0700".encode()
    attributes = (_SYS_MOUNT_SETATTR, -100, b"/", _AT_RECURSIVE, ctypes.byref(readonly), size)
    failures = (
        libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)
        or libc.syscall(*attributes)
        or libc.mount(b"scratch", where, b"tmpfs", 0, options)
    )
    return not failures


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends. Linux only."""
    _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Be killed when the parent ends. Linux only."""
    _libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def hide_memory() -> None:
    """Keep other processes of this user from reading this one's memory. Linux only."""
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def set_limits(isolated: bool) -> None:
    """Limit memory, files and processor time of this process and its children. Linux only.

    isolated: whether it lives in a user namespace; outside one, a limit on processes would count
    all of this user's, so there is none.
    """
    import resource

    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    wanted = [
        (resource.RLIMIT_AS, now + MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
    ]
    if isolated:
        wanted.append((resource.RLIMIT_NPROC, PROCESSES))
    for limit, value in wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod"}
_CHANGES |= {"os.truncate", "os.chown", "os.utime"}
_PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile"}


def guard(scratch: str, closed: Iterable[str]) -> None:
    """Refuse, from here on and for good: reading under `closed`, writing outside `scratch`,
    starting programs. A courtesy to the learner, not a wall: native code walks round it.
    """
    scratch = os.path.realpath(scratch) + os.sep
    folders = tuple(os.path.realpath(folder) + os.sep for folder in closed)
    real = os.path.realpath

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], (str, bytes)):
            path = real(os.fsdecode(args[0]))
            if path.startswith(folders):
                raise PermissionError(f"the reference is closed while you are graded: {path}")
            mode, flags = args[1] or "", args[2] or 0
            if (set("wax+") & set(mode) or flags & _WRITES) and not _free(path, scratch):
                raise PermissionError(f"graded code may write in its own folder only, not {path}")
        elif event in _CHANGES and isinstance(args[0], (str, bytes)):
            path = real(os.fsdecode(args[0]))
            if not _free(path, scratch):
                raise PermissionError(f"graded code may change its own folder only, not {path}")
        elif event in _PROGRAMS:
            raise PermissionError(f"graded code may not start programs ({event})")

    sys.addaudithook(hook)


def _free(path: str, scratch: str) -> bool:
    return path.startswith((scratch, "/dev/null", "/proc/self/"))
