"""The learner's process: it answers the judge's requests until it is killed."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import sys
import threading
from typing import Any

from grader.bench import limits
from grader.bench.host import Host
from grader.bench.wire import HEAD, frame, parse, sizes

Frame = tuple[dict[str, Any], bytes]


class Pipe:
    """Frames over a connected socket; blocking, for the learner's side only.

    Several threads may wait for their answers at once: one of them reads, for all.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sending = threading.Lock()
        self._news = threading.Condition()
        self._reading = False
        self._arrived: dict[int | None, Frame] = {}
        self._calls = itertools.count()

    def send(self, tree: dict[str, Any], blob: bytes) -> None:
        with self._sending:
            self._sock.sendall(frame(tree, blob))

    def ask(self, tree: dict[str, Any], blob: bytes) -> Frame:
        """Ask the judge for something and wait for its answer."""
        call = next(self._calls)
        self.send({**tree, "call": call}, blob)
        return self.receive(call)

    def receive(self, call: int | None = None) -> Frame:
        """The answer to one call; without a number the judge's next request."""
        while True:
            with self._news:
                self._news.wait_for(lambda: call in self._arrived or not self._reading)
                if call in self._arrived:
                    return self._arrived.pop(call)
                self._reading = True
            try:
                tree, blob = self._next()
                self._arrived[tree.get("call")] = tree, blob
            finally:
                with self._news:  # also where reading failed: the next one is to find out
                    self._reading = False
                    self._news.notify_all()

    def _next(self) -> Frame:
        tree, blob = sizes(self._exactly(HEAD.size))
        return parse(self._exactly(tree)), self._exactly(blob)

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self._sock.recv(min(size - len(data), 1 << 20))
            if not part:
                raise EOFError
            data += part
        return bytes(data)


def serve(sock: socket.socket) -> None:
    """Perform what arrives until the judge hangs up."""
    pipe = Pipe(sock)
    host, me = Host(pipe.ask), os.getpid()
    with contextlib.suppress(EOFError, OSError):
        while True:
            message, blob = pipe.receive()
            reply, data = host.perform(message, blob)
            with contextlib.suppress(Exception):
                sys.stdout.flush()
            if os.getpid() != me:  # a copy that the learner's code forked: not ours to answer
                os._exit(0)
            pipe.send({**reply, "id": message["id"]}, data)


def prepare(folder: str, home: str, closed: list[str], isolated: bool) -> None:
    """Make this process a learner's: a scratch folder, a bare environment, limits, guards."""
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=folder, TMPDIR=folder, PYTHONDONTWRITEBYTECODE="1")
    _forget_the_project(closed)
    sys.path.append(home)
    sys.path.append(os.path.dirname(home))
    if sys.platform == "linux":
        limits.set_limits(isolated)
    limits.guard(folder, closed)


def _forget_the_project(closed: list[str]) -> None:
    """The grader and the pages are no part of an answer: make them impossible to import."""
    roots = {os.path.realpath(os.path.dirname(folder)) for folder in closed}
    sys.path[:] = [p for p in sys.path if os.path.realpath(p or ".") not in roots]
    sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")]
    for name in [n for n in sys.modules if n.split(".")[0] in ("grader", "reference")]:
        del sys.modules[name]


def main(address: str, folder: str, home: str, closed: list[str]) -> None:
    """A learner's process that was started fresh: where forking a zygote is no option."""
    if address.startswith("fd:"):
        sock = socket.socket(fileno=int(address[3:]))
    else:
        sock = socket.create_connection(("127.0.0.1", int(address)))
    import torch

    torch.set_num_threads(1)
    prepare(folder, home, closed, isolated=False)
    serve(sock)
