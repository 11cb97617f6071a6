"""The judge's end of the bench: requests to where a solution lives, and what can go wrong there."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.bench import limits
from grader.bench.host import Host
from grader.bench.start import Child, Starter
from grader.bench.wire import HEAD, Packer, Unpacker, WireError, equal, frame, parse, sizes
from grader.words.compare import difference
from grader.words.given import Function, Model, Rng
from grader.words.subject import Answer, Operation, Raised, Rig, Subject

LOAD_SECONDS = 10.0
TOTAL_SECONDS = 120.0  # for everything that is asked of one file
TOO_MUCH = f"It asked for more memory than the limit of {limits.MEMORY >> 30} GiB."
MAX_OUTPUT = 64 << 10
Reply = tuple[dict[str, Any], bytes]


class Fault(Exception):
    """The learner's process is lost or disqualified: the kind is a verdict."""

    def __init__(self, kind: str, says: str, line: int | None = None, text: str = "") -> None:
        super().__init__(says)
        self.kind = kind
        self.says = says
        self.line = line
        self.text = text


class BaseLink:
    """Requests and their answers, whatever carries them."""

    def __init__(self) -> None:
        self._given: list[Any] = []
        self.requests = 0
        self.changed: str | None = None  # the first argument that a call modified
        self.leaked: str | None = None  # the first global state that a call left changed

    def request(self, op: str, **fields: Any) -> Answer:
        self.requests += 1
        packer = Packer(self._give)
        message: dict[str, Any] = {"op": op, "id": self.requests}
        rig = fields.pop("rig", None)
        if rig is not None:
            message |= {"name": rig.name, "source": rig.source}
        packed = {"args", "kwargs", "index"}
        for name, value in fields.items():
            message[name] = packer.pack(value) if name in packed else value
        blob = packer.blob
        reply, data = self._exchange(message, blob, rig)
        try:
            self._compare(message, blob, reply, data)
            return self._answer(reply, data)
        except (WireError, KeyError, TypeError, ValueError, IndexError) as error:
            raise Fault("crashed", f"Its process sent what is no answer: {error}.") from None

    def _exchange(self, message: dict[str, Any], blob: bytes, rig: Rig | None) -> Reply:
        raise NotImplementedError

    def _answer(self, reply: dict[str, Any], blob: bytes) -> Answer:
        unpack = Unpacker(blob, self._receive_other).unpack
        for number, state in reply.get("rng", []):
            self._given[number].state = unpack(state)
        if reply.get("leaks"):
            self.leaked = self.leaked or reply["leaks"][0]
        if "shortcut" in reply:
            cut = reply["shortcut"]
            says = f"It calls {cut['name']}, which this exercise asks you to write yourself."
            raise Fault("shortcut", says, cut["line"], cut["text"])
        if "raised" in reply:
            raise _raised(reply["raised"])
        if reply.get("absent"):
            raise Fault("broken", "absent")
        operations = [
            Operation(str(name), _shapes(read), _shapes(wrote))
            for name, read, wrote in reply.get("operations", [])
        ]
        return Answer(unpack(reply["ok"]), operations=operations)

    def _compare(
        self, message: dict[str, Any], blob: bytes, reply: dict[str, Any], data: bytes
    ) -> None:
        """Remember the first argument that is not as it was handed over."""
        if self.changed is not None or "after" not in reply:
            return
        (_, args), (_, kwargs) = message["args"], message["kwargs"]
        (_, args_after), (_, kwargs_after) = reply["after"]
        before = {f"argument {i + 1}": tree for i, tree in enumerate(args)}
        before |= {f"`{name}`": tree for name, tree in kwargs}
        after = [*args_after, *(tree for _, tree in kwargs_after)]
        for (name, tree), later in zip(before.items(), after, strict=True):
            if not (equal(tree, blob, later, data) or _alike(tree, blob, later, data)):
                self.changed = name
                return

    def _answer_ask(self, message: dict[str, Any], blob: bytes) -> Reply:
        """Let a callable of the judge's answer the learner's code."""
        unpack = Unpacker(blob, self._receive_other).unpack
        model: Model = self._given[message["ask"]]
        packer = Packer(self._give)
        try:
            args, kwargs = unpack(message["args"]), unpack(message["kwargs"])
            value = model.answer(args, kwargs, bool(message["training"]))
            return {"value": packer.pack(value)}, packer.blob
        except Exception as error:
            return {"error": [type(error).__name__, str(error)]}, b""

    def _give(self, value: Any) -> list[Any]:
        if isinstance(value, Subject):
            return ["ref", value._ref]
        if callable(value) and not isinstance(value, Model):
            value = Function(value)
        number = next((i for i, v in enumerate(self._given) if v is value), len(self._given))
        if number == len(self._given):
            self._given.append(value)
        if isinstance(value, Rng):
            return ["rng", number, value.state.numpy().tobytes().hex()]
        return [value.kind if isinstance(value, Model) else "opaque", number]

    def _receive_other(self, tree: list[Any]) -> Any:
        if tree[0] == "ref":
            return Subject(self, int(tree[1]), str(tree[2]))
        if tree[0] == "opaque":
            return self._given[int(tree[1])]
        raise WireError(f"an answer could not be read (tag {tree[0]!r})")


def _alike(a: Any, blob_a: bytes, b: Any, blob_b: bytes) -> bool:
    """Whether two trees carry the same values, in whatever layout."""
    one, other = (Unpacker(blob, list).unpack(t) for t, blob in ((a, blob_a), (b, blob_b)))
    return difference(one, other) is None


def _raised(found: dict[str, Any]) -> Exception:
    lineage, message = tuple(map(str, found["lineage"])), str(found["message"])
    line, text = found["line"], str(found["text"])
    refused = ("can't allocate memory", "std::bad_alloc")
    if "MemoryError" in lineage or any(words in message for words in refused):
        return Fault("memory", TOO_MUCH, line, text)
    return Raised(lineage, message, line, text)


def _shapes(rows: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(n) for n in row) for row in rows)


class Inline(BaseLink):
    """No process at all: for references, mistakes, and a debugger."""

    def __init__(self) -> None:
        super().__init__()
        self._host = Host(self._answer_ask)

    def adopt(self, target: Any) -> Subject:
        """A subject for an object of this process."""
        return Subject(self, self._host.adopt(target), type(target).__name__)

    def _exchange(self, message: dict[str, Any], blob: bytes, rig: Rig | None) -> Reply:
        if rig is None:
            return self._host.perform(message, blob)
        return self._host.perform({**message, "function": rig.function}, blob)


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
                    began = time.monotonic()
                    answer = frame(*self._answer_ask(reply, data))
                    deadline += time.monotonic() - began
                    self._send(child, answer, deadline)
                elif reply.get("id") == message["id"]:
                    return reply, data
        except TimeoutError:
            self.close()
            doing = f"{limit:g} seconds {'being loaded' if loading else 'in one call'}"
            if time.monotonic() >= self._end:
                doing = f"{self._submission.total_seconds:g} seconds in all its calls"
            raise Fault("timeout", f"It was stopped after {doing}, without an answer.") from None
        except WireError as error:
            self.close()
            raise Fault("crashed", f"Its process sent what is no answer: {error}.") from None
        except (EOFError, OSError):
            raise self._gone() from None

    def _send(self, child: Child, data: bytes, deadline: float) -> None:
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
