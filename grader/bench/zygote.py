"""The zygote: a process with torch imported that forks one child per submission.

It is forked from the judge before any page is imported, so it holds no reference to find. It
listens on a socket: a line of JSON with two descriptors asks for a child, one with a process
number asks for its end. It ends when the judge does, and takes everything it started with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from typing import Any, NoReturn

import torch

from grader.bench import limits
from grader.bench.child import prepare, serve


def fork(closed: list[str]) -> tuple[int, socket.socket]:
    """Fork a zygote off this process; gives its number and the socket to talk to it."""
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()
    number = os.fork()
    if number:
        theirs.close()
        return number, ours
    try:
        ours.close()
        _run(theirs, closed)
    finally:
        os._exit(1)


def _run(control: socket.socket, closed: list[str]) -> NoReturn:
    _reset_signals()
    _keep_only(control.fileno())
    limits.adopt_orphans()
    isolated = limits.enter_namespaces(limits.SCRATCH)
    scratch = limits.SCRATCH if isolated else tempfile.mkdtemp(prefix="drill-")
    torch.set_num_threads(1)
    _warm()
    control.sendall(json.dumps({"isolated": isolated}).encode() + b"\n")
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 2)
        if not data:
            _sweep()
            if not isolated:
                shutil.rmtree(scratch, ignore_errors=True)
            os._exit(0)
        order = json.loads(data)
        if "end" in order:
            reply = {"status": _end(order["end"])}
        else:
            order |= {"scratch": scratch, "closed": closed, "isolated": isolated}
            reply = {"pid": _child(control, descriptors, order)}
        control.sendall(json.dumps(reply).encode() + b"\n")


def _child(control: socket.socket, descriptors: list[int], order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        return pid
    with contextlib.suppress(BaseException):
        control.close()
        limits.end_with_parent()
        os.setsid()
        channel, output = descriptors
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        sys.stdout = open(1, "w", buffering=1, closefd=False, errors="replace")  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, closefd=False, errors="replace")  # noqa: SIM115
        folder = os.path.join(order["scratch"], str(os.getpid()))
        prepare(folder, order["home"], order["closed"], order["isolated"])
        gc.enable()
        serve(socket.socket(fileno=channel))
    os._exit(0)


def _end(pid: int) -> int:
    """Kill a child's whole session and every stray; gives the child's wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    status = 0
    with contextlib.suppress(ChildProcessError):
        status = os.waitpid(pid, 0)[1]
    _sweep()
    return status


def _sweep() -> None:
    """Kill descendants, however they hid, until none is left."""
    while strays := _descendants(os.getpid()):
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _descendants(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    found += [int(child), *_descendants(int(child))]
    return found


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle


def _keep_only(control: int) -> None:
    """Close every descriptor but the control socket; read nothing, write to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    last = max(int(name) for name in os.listdir("/proc/self/fd"))
    os.closerange(3, control)
    os.closerange(control + 1, last + 1)


def _warm() -> None:
    """Pay once for what torch does lazily at first use."""
    x = torch.ones(2, 2, dtype=torch.float64, requires_grad=True)
    torch.autograd.grad((x @ x).softmax(-1).sum(), [x])
    torch.randn(2, generator=torch.Generator())
