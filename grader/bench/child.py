"""The learner's process: it answers the judge's requests until it is killed."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from typing import Any

from grader.bench import limits
from grader.bench.host import Host
from grader.bench.wire import HEAD, frame, parse, sizes


class Pipe:
    """Frames over a connected socket; blocking, for the learner's side only."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def send(self, tree: dict[str, Any], blob: bytes) -> None:
        self._sock.sendall(frame(tree, blob))

    def receive(self) -> tuple[dict[str, Any], bytes]:
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

    def ask(tree: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        pipe.send(tree, blob)
        return pipe.receive()

    host, me = Host(ask), os.getpid()
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
