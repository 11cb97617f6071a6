"""Starting a learner's process: forked from a zygote on Linux, fresh elsewhere."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.bench import limits

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Child:
    """A running learner's process: its number, the way to it, its output, and a sign of its end."""

    pid: int
    channel: socket.socket
    output: int | None = None
    gone: int | None = None  # a descriptor that becomes readable when the process ends


class Starter(Protocol):
    """A way to get learner's processes; one at a time."""

    @property
    def isolated(self) -> bool:
        """Whether namespaces keep its children from the network and from other files."""

    def start(self, home: str) -> Child: ...

    def end(self, child: Child) -> int:
        """Kill it and all it started; gives minus the signal that ended it, or its exit status."""

    def close(self) -> None: ...


class Forked:
    """Children of a zygote: some 30 ms each. Linux only, and before any page is imported."""

    def __init__(self, closed: list[str]) -> None:
        from grader.bench import zygote

        self._pid, self._control = zygote.fork(closed)
        self._lines = self._control.makefile("rb")
        limits.hide_memory()
        self._hello: dict[str, bool] | None = None

    @property
    def isolated(self) -> bool:
        if self._hello is None:
            self._hello = json.loads(self._lines.readline() or b"{}")
        return self._hello.get("isolated", False)

    def start(self, home: str) -> Child:
        _ = self.isolated  # the zygote's first line
        ours, theirs = socket.socketpair()
        output, writing = os.pipe()
        reply = self._order({"home": home}, [theirs.fileno(), writing])
        theirs.close()
        os.close(writing)
        os.set_blocking(output, False)
        return Child(reply["pid"], ours, output, os.pidfd_open(reply["pid"]))

    def end(self, child: Child) -> int:
        child.channel.close()
        status = self._order({"end": child.pid}, [])["status"]
        for descriptor in (child.output, child.gone):
            if descriptor is not None:
                os.close(descriptor)
        return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def _order(self, order: dict[str, object], descriptors: list[int]) -> dict[str, int]:
        socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
        line = self._lines.readline()
        if not line:
            raise RuntimeError("The grader's own helper process ended; run the command again.")
        reply: dict[str, int] = json.loads(line)
        return reply

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._control.close()
            self._lines.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


class Fresh:
    """A new interpreter for every child: slower by an `import torch`, but works everywhere.

    No namespaces here: what the learner's code may touch is limited by the audit hook alone.
    """

    isolated = False

    def __init__(self, closed: list[str]) -> None:
        self._closed = closed
        self._scratch = tempfile.mkdtemp(prefix="drill-")
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, home: str) -> Child:
        listener = socket.create_server(("127.0.0.1", 0))
        folder = tempfile.mkdtemp(dir=self._scratch)
        arguments = json.dumps([str(listener.getsockname()[1]), folder, home, self._closed])
        code = (
            f"import sys, json; sys.path.insert(0, {str(ROOT)!r}); "
            f"from grader.bench.child import main; main(*json.loads({arguments!r}))"
        )
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
        listener.settimeout(60)
        channel, _ = listener.accept()
        listener.close()
        self._processes[process.pid] = process
        return Child(process.pid, channel)

    def end(self, child: Child) -> int:
        child.channel.close()
        process = self._processes.pop(child.pid)
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            process.kill()
        return process.wait()

    def close(self) -> None:
        for process in self._processes.values():
            process.kill()
        shutil.rmtree(self._scratch, ignore_errors=True)


def starter(closed: list[str], fresh: bool = False) -> Starter:
    """The fastest way that is safe here: never a fork of a process that has loaded a page."""
    loaded = any(name.startswith("reference.") for name in sys.modules)
    if fresh or loaded or sys.platform != "linux":
        return Fresh(closed)
    return Forked(closed)
