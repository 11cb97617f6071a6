"""The judge's end of the bench: requests to where a solution lives, and what can go wrong there."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.bench.alarm import Late, alarm
from grader.bench.host import Host
from grader.bench.link import MALFORMED, TOO_MUCH, BaseLink, Fault, Reply
from grader.bench.start import Child, Starter
from grader.bench.wire import HEAD, WireError, frame, parse, sizes
from grader.words.subject import Rig, Subject

LOAD_SECONDS = 10.0
TOTAL_SECONDS = 120.0  # for everything that is asked of one file
MAX_OUTPUT = 64 << 10


def _stopped(doing: str) -> Fault:
    return Fault("timeout", f"It was stopped after {doing}, without an answer.")


class Inline(BaseLink):
    """No process at all: for references, mistakes, and a debugger.

    seconds: how long one request may take, where the system can stop it; None: without end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__()
        self._seconds = seconds
        self._host = Host(self._answer_ask)

    def adopt(self, target: Any) -> Subject:
        """A subject for an object of this process."""
        return Subject(self, self._host.adopt(target), type(target).__name__)

    def _exchange(self, message: dict[str, Any], blob: bytes, rig: Rig | None) -> Reply:
        if rig is not None:
            message = {**message, "function": rig.function}
        with contextlib.suppress(Late), alarm(self._seconds) as rang:
            reply = self._host.perform(message, blob)
        if rang:
            raise _stopped(f"{self._seconds:g} seconds in one call")
        return reply


@dataclass(frozen=True)
class Submission:
    """What the learner's process is to load."""

    path: str
    source: str
    entry: str
    banned: tuple[str, ...] = ()
    seconds: float = 5.0  # at most, for one request
    load_seconds: float = LOAD_SECONDS
    total_seconds: float = TOTAL_SECONDS


class Session(BaseLink):
    """A learner's process with one file loaded. Lost for good after a `Fault`."""

    def __init__(
        self, starter: Starter, submission: Submission, echo: Callable[[str], None] | None = None
    ) -> None:
        super().__init__()
        self._starter = starter
        self._submission = submission
        self._echo = echo
        self._buffer = bytearray()
        self._printed = bytearray()
        self._dropped = 0
        self._sending = threading.Lock()
        self._end = time.monotonic() + submission.load_seconds + submission.total_seconds
        self._child: Child | None = starter.start(os.path.dirname(submission.path) or ".")

    def load(self) -> Subject:
        """Run the file; the subject is the object that it was to define."""
        file = self._submission
        fields = {"path": file.path, "source": file.source, "entry": file.entry}
        subject = self.request("load", banned=list(file.banned), **fields).value
        assert isinstance(subject, Subject)
        return subject

    def close(self) -> int:
        """End the process and all that it started; gives how it ended."""
        if self._child is None:
            return 0
        child, self._child = self._child, None
        self._drain(child)
        status = self._starter.end(child)
        if self._echo and self._printed:
            self._echo(self._text())
        return status

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, message: dict[str, Any], blob: bytes, _rig: Rig | None) -> Reply:
        child = self._child
        if child is None:
            raise Fault("crashed", "Its process had already ended.")
        loading = message["op"] == "load"
        limit = self._submission.load_seconds if loading else self._submission.seconds
        deadline = min(time.monotonic() + limit, self._end)
        try:
            self._send(child, frame(message, blob), deadline)
            while True:
                reply, data = self._receive(child, deadline)
                if "ask" in reply:
                    deadline += self._attend(child, reply, data, deadline)
                elif reply.get("id") == message["id"]:
                    return reply, data
        except TimeoutError:
            self.close()
            doing = f"{limit:g} seconds {'being loaded' if loading else 'in one call'}"
            if time.monotonic() >= self._end:
                doing = f"{self._submission.total_seconds:g} seconds in all its calls"
            raise _stopped(doing) from None
        except WireError as error:
            self.close()
            raise Fault("crashed", f"Its process sent what is no answer: {error}.") from None
        except (EOFError, OSError):
            raise self._gone() from None

    def _attend(self, child: Child, ask: dict[str, Any], blob: bytes, deadline: float) -> float:
        """Answer the learner's code; gives the seconds that it took, which are not the learner's.

        Where more than one thread may ask, each is answered by a thread: their answers may depend
        on one another.
        """

        def answer() -> None:
            self._send(child, frame(*self._answer_ask(ask, blob)), deadline)

        def answer_or_give_up() -> None:
            with contextlib.suppress(OSError, *MALFORMED):
                answer()

        began = time.monotonic()
        try:
            if ask["threads"] > 1:
                threading.Thread(target=answer_or_give_up, daemon=True).start()
                return 0.0
            answer()
        except MALFORMED as error:
            raise WireError(f"a question could not be read ({error})") from None
        return time.monotonic() - began

    def _send(self, child: Child, data: bytes, deadline: float) -> None:
        with self._sending:
            child.channel.settimeout(max(0.01, deadline - time.monotonic()))
            child.channel.sendall(data)

    def _receive(self, child: Child, deadline: float) -> Reply:
        tree, blob = sizes(self._take(child, HEAD.size, deadline))
        text = self._take(child, tree, deadline)
        return parse(text), self._take(child, blob, deadline)

    def _take(self, child: Child, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            self._wait(child, deadline)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _wait(self, child: Child, deadline: float) -> None:
        """Read what there is to read, of answers and of output."""
        watched = [d for d in (child.channel, child.output, child.gone) if d is not None]
        left = deadline - time.monotonic()
        ready = select.select(watched, [], [], max(0.0, left))[0] if left > 0 else []
        if not ready:
            raise TimeoutError
        if child.output in ready:
            self._drain(child)
        if child.channel in ready:
            data = child.channel.recv(1 << 20)
            if not data:
                raise EOFError
            self._buffer += data
        elif child.gone in ready:
            raise EOFError

    def _drain(self, child: Child) -> None:
        """Keep the first part of what the learner's code printed and count the rest."""
        if child.output is None:
            return
        for _ in range(64):
            with contextlib.suppress(BlockingIOError):
                data = os.read(child.output, 1 << 16)
                room = MAX_OUTPUT - len(self._printed)
                self._printed += data[:room]
                self._dropped += len(data[room:])
                if data:
                    continue
            return

    def _text(self) -> str:
        text = self._printed.decode(errors="replace")
        if self._dropped:
            text += f"\n[... {self._dropped:,} bytes of output cut ...]\n"
        return text

    def _gone(self) -> Fault:
        """What the end of the process was."""
        status = self.close()
        printed = self._printed[-4096:]
        if b"bad_alloc" in printed or b"MemoryError" in printed:
            return Fault("memory", TOO_MUCH)
        if status == -signal.SIGKILL:
            return Fault("crashed", "Its process was killed.")
        if status < 0:
            name = signal.Signals(-status).name
            return Fault("crashed", f"Its process was ended by {name}.")
        says = f"Its process ended itself (exit status {status}) instead of answering."
        return Fault("crashed", says)
