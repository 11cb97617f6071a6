"""The judge's end of a request: what is sent, what comes back, and what the judge keeps."""

from __future__ import annotations

import threading
from typing import Any

from grader.bench import errors, generators, limits
from grader.bench.shared import Shared, numbers
from grader.bench.wire import Packer, Unpacker, UnusableError, WireError, equal
from grader.words.compare import difference
from grader.words.given import Model, Plain, Rng, Throw
from grader.words.subject import Answer, Operation, Raised, Rig, Subject

TOO_MUCH = f"It asked for more memory than the limit of {limits.MEMORY >> 30} GiB."
MALFORMED = (WireError, KeyError, TypeError, ValueError, IndexError, AttributeError)
Reply = tuple[dict[str, Any], bytes]


class Fault(Exception):
    """The learner's process is lost or disqualified: the kind is a verdict."""

    def __init__(self, kind: str, says: str, line: int | None = None, text: str = "") -> None:
        super().__init__(says)
        self.kind = kind
        self.says = says
        self.line = line
        self.text = text


class _Exchange:
    """What the judge knows of one request while it lasts."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # the learner's threads may ask for several things at once
        self.shared = Shared(0)
        self.thrown: list[BaseException] = []
        self.altered: dict[int, Any] = {}  # number of a container -> what it held at first
        self.handed: list[tuple[Model, int, set[int]]] = []  # to which call went which containers

    def take_over(self, changes: list[Any], unpack: Unpacker) -> None:
        """Note what the learner's code has changed in containers that had crossed.

        They are made anew: whoever was given one before keeps it as it was then.
        """
        for tree in changes:
            self.altered.setdefault(int(tree[2]), self.shared[tree[2]])
        for tree in changes:
            number = tree[2]
            unpack.unpack(tree)
            for model, call, held in self.handed:
                if number in held:
                    model.altered.add(call)


class BaseLink:
    """Requests and their answers, whatever carries them."""

    def __init__(self) -> None:
        self._given: list[Any] = []
        self._numbers: dict[int, tuple[int, Any]] = {}  # id of a thing -> its place, the thing
        self._now = _Exchange()
        self.requests = 0
        self.changed: str | None = None  # the first argument that a call modified
        self.leaked: str | None = None  # the first global state that a call left changed

    def request(self, op: str, **fields: Any) -> Answer:
        self.requests += 1
        now = self._now = _Exchange()
        packer = Packer(self._give, now.shared)
        message: dict[str, Any] = {"op": op, "id": self.requests}
        rig = fields.pop("rig", None)
        if rig is not None:
            message |= {"name": rig.name, "source": rig.source}
        packed = {"args", "kwargs", "index"}
        if "kwargs" in fields:
            fields["kwargs"] = tuple(fields["kwargs"].items())
        for name, value in fields.items():
            message[name] = packer.pack(value) if name in packed else value
        blob = packer.blob
        now.shared.mark()
        reply, data = self._exchange(message, blob, rig)
        try:
            with now.lock:
                return self._answer(message, blob, reply, data)
        except UnusableError as error:
            raise Raised(("ValueError", "Exception"), str(error), None, "") from None
        except MALFORMED as error:
            raise Fault("crashed", f"Its process sent what is no answer: {error}.") from None

    def _exchange(self, message: dict[str, Any], blob: bytes, rig: Rig | None) -> Reply:
        raise NotImplementedError

    def _answer(
        self, message: dict[str, Any], blob: bytes, reply: dict[str, Any], data: bytes
    ) -> Answer:
        now = self._now
        message_in = [*reply["changes"], reply.get("ok")]
        unpacker = Unpacker(data, self._receive_other, now.shared, message_in)
        now.take_over(reply["changes"], unpacker)
        self._compare(message, blob, reply, data)
        for number, state in reply["rng"]:
            self._given[number].state = generators.heard(state)
        if reply["leaks"]:
            self.leaked = self.leaked or reply["leaks"][0]
        if "shortcut" in reply:
            cut = reply["shortcut"]
            says = f"It calls {cut['name']}, which this exercise asks you to write yourself."
            raise Fault("shortcut", says, cut["line"], cut["text"])
        if "raised" in reply:
            raise _raised(reply["raised"], now.thrown)
        if reply.get("absent"):
            raise Fault("broken", "absent")
        operations = [
            Operation(str(name), _shapes(read), _shapes(wrote))
            for name, read, wrote in reply.get("operations", [])
        ]
        return Answer(unpacker.unpack(reply["ok"]), operations=operations)

    def _compare(
        self, message: dict[str, Any], blob: bytes, reply: dict[str, Any], data: bytes
    ) -> None:
        """Remember the first argument that is not as it was handed over."""
        if self.changed is not None or "after" not in reply:
            return
        (_, args), (_, kwargs) = message["args"], message["kwargs"]
        before = {f"argument {i + 1}": tree for i, tree in enumerate(args)}
        before |= {f"`{name}`": tree for _, (name, tree) in kwargs}
        shared, altered = self._now.shared, self._now.altered.items()
        other = {n for n, value in altered if difference(shared[n], value)}
        for (name, tree), later in zip(before.items(), reply["after"], strict=True):
            kept = equal(tree, blob, later, data) or _alike(tree, blob, later, data)
            if not kept or other & numbers(tree):
                self.changed = name
                return

    def _answer_ask(self, message: dict[str, Any], blob: bytes) -> Reply:
        """Let a callable of the judge's answer the learner's code."""
        now = self._now
        if message["of"] != self.requests:
            late = RuntimeError("called by a thread that went on after the function had returned")
            told = errors.told(-1, late, Packer(self._give, Shared(0)).pack)
            return {"call": message.get("call"), "error": told}, b""
        model: Model = self._given[message["ask"]]
        with now.lock:
            trees = [*message["changes"], message["args"], message["kwargs"]]
            unpacker = Unpacker(blob, self._receive_other, now.shared, trees)
            now.take_over(message["changes"], unpacker)
            args = unpacker.unpack(message["args"])
            kwargs = {str(name): value for name, value in unpacker.unpack(message["kwargs"])}
            held = numbers(message["args"]) | numbers(message["kwargs"])
            now.handed.append((model, len(model.calls), held))
        try:
            value = model.answer(args, kwargs, bool(message["training"]))
        except Exception as error:
            value = Throw(error)
        with now.lock:
            packer = Packer(self._give, now.shared)
            reply: dict[str, Any] = {"call": message.get("call")}
            if isinstance(value, Throw):
                now.thrown.append(value.error)
                reply["error"] = errors.told(len(now.thrown) - 1, value.error, packer.pack)
            else:
                reply["value"] = packer.pack(value)
            packer.look_over(now.shared.recent())
            return reply | {"changes": packer.changes}, packer.blob

    def _give(self, value: Any) -> list[Any]:
        """What is sent for a thing of the judge's."""
        if isinstance(value, Subject):
            return ["ref", value._ref]
        if isinstance(value, type) and issubclass(value, BaseException):
            return ["error class", errors.lineage(value)]
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._given), value
            plain = callable(value) and not isinstance(value, Model)
            self._given.append(Plain(value) if plain else value)
        number = self._numbers[id(value)][0]
        value = self._given[number]
        if isinstance(value, Rng):
            return [value.kind, number, generators.told(value.state)]
        return [value.kind if isinstance(value, Model) else "opaque", number]

    def _receive_other(self, tree: list[Any]) -> Any:
        if tree[0] == "ref":
            return Subject(self, int(tree[1]), str(tree[2]))
        if tree[0] in ("opaque", "function", "module"):
            return self._given[int(tree[1])]
        raise WireError(f"an answer could not be read (tag {tree[0]!r})")


def _alike(a: Any, blob_a: bytes, b: Any, blob_b: bytes) -> bool:
    """Whether two trees carry the same values, in whatever layout."""
    one, other = (
        Unpacker(blob, list, Shared(0)).unpack(tree) for tree, blob in ((a, blob_a), (b, blob_b))
    )
    return difference(one, other) is None


def _raised(found: dict[str, Any], thrown: list[BaseException]) -> Exception:
    lineage, message = tuple(map(str, found["lineage"])), str(found["message"])
    line, text = found["line"], str(found["text"])
    refused = ("can't allocate memory", "std::bad_alloc")
    if "MemoryError" in lineage or any(words in message for words in refused):
        return Fault("memory", TOO_MUCH, line, text)
    number = found.get("thrown")
    return Raised(lineage, message, line, text, None if number is None else thrown[number])


def _shapes(rows: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(n) for n in row) for row in rows)
