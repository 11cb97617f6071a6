"""The host: holds the learner's objects and does what the judge asks with them.

It runs in the learner's process; in the judge's own (`--inline`, references, mistakes) it does the
same without the process. What it says about itself can be forged by the code beside it, so it is
asked for values only.
"""

from __future__ import annotations

import contextlib
import linecache
import math
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from grader.bench import bans
from grader.bench.wire import Packer, Unpacker

Ask = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
MAX_OPERATIONS = 50_000
MAX_MESSAGE = 2_000

#: Exceptions of the judge's callables that arrive in the learner's code as themselves.
BUILTIN_ERRORS = {
    name: error
    for name, error in vars(__import__("builtins")).items()
    if isinstance(error, type) and issubclass(error, BaseException)
}


class _StandIn(nn.Module):
    """The learner's view of a model that answers from the judge."""

    def __init__(self, host: Host, number: int) -> None:
        super().__init__()
        self._ask = lambda args, kwargs: host.ask(number, args, kwargs, self.training)
        self.eval()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(args, kwargs)


class _Opaque:
    """The learner's view of an object that it can only pass on."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0


class _Trace(TorchDispatchMode):
    """Writes down every operator with the shapes it reads and writes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Any] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would else import its compiler (a second) to leave us out of it

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if len(self.rows) < MAX_OPERATIONS:
            name = func.name().removeprefix("aten::").split(".")[0]
            self.rows.append([name, _shapes(args), _shapes((result,))])
        return result


def _shapes(values: Any) -> list[list[int]]:
    found = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(list(value.shape))
        elif isinstance(value, (list, tuple)):
            found += _shapes(value)
    return found


class Host:
    """Objects by number, and the operations on them that the judge can ask for."""

    def __init__(self, ask: Ask) -> None:
        self._to_judge = ask
        self._lock = threading.Lock()
        self._objects: list[Any] = []
        self._generators: dict[int, torch.Generator] = {}
        self._shortcut: dict[str, Any] | None = None
        self._keep: list[Any] = []
        self._rigs: dict[str, Callable[..., Any]] = {}
        self._path = ""

    # What the judge asks for.

    def perform(self, message: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Do one operation; the reply tells its result or what it raised, and what it leaked."""
        self._generators.clear()
        packer = Packer(self._refer)
        before = _global_state()
        try:
            reply = getattr(self, f"_do_{message['op']}")(message, blob, packer)
        except BaseException as error:
            reply = {"raised": self._describe(error)}
        finally:
            leaks = [name for name, value in _global_state().items() if value != before[name]]
            if leaks:
                _restore(before)
        reply["leaks"] = leaks
        reply["rng"] = [[n, packer.pack(g.get_state())] for n, g in self._generators.items()]
        if self._shortcut:
            reply["shortcut"] = self._shortcut
        return reply, packer.blob

    def adopt(self, target: Any) -> int:
        """Hold an object of this process; gives its number."""
        self._objects.append(target)
        return len(self._objects) - 1

    def _do_load(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        """Run the learner's file and hold the object that it was to define."""
        self._path = message["path"]
        self._keep = bans.install(message["banned"], self._used)
        module = ModuleType(message["module"])
        module.__file__ = self._path
        sys.modules[message["module"]] = module
        lines = message["source"].splitlines(True)
        linecache.cache[self._path] = (len(message["source"]), None, lines, self._path)
        exec(compile(message["source"], self._path, "exec", dont_inherit=True), vars(module))
        if message["entry"] not in vars(module):
            return {"absent": True}
        return {"ok": self._refer(vars(module)[message["entry"]])}

    def _do_call(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        unpack = Unpacker(blob, self._stand_in).unpack
        args, kwargs = unpack(message["args"]), unpack(message["kwargs"])
        target = self._objects[message["target"]]
        with self._tracing(message) as rows:
            if message.get("wrt"):
                result = _with_gradients(target, kwargs, message["wrt"])
            else:
                result = target(*args, **kwargs)
        reply = {"ok": self._refer(result) if message.get("hold") else packer.pack(result)}
        reply["after"] = packer.pack([list(args), kwargs])
        reply["operations"] = rows
        return reply

    def _do_rig(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        if "function" in message:  # in the judge's own process
            return self._run_rig(message["function"], message, blob, packer)
        rig = self._rigs.get(message["source"])
        if rig is None:
            names: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional, "math": math}
            source = "from __future__ import annotations\n" + message["source"]
            exec(compile(source, "<rig>", "exec", dont_inherit=True), names)
            rig = self._rigs[message["source"]] = names[message["name"]]
        return self._run_rig(rig, message, blob, packer)

    def _run_rig(
        self, rig: Callable[..., Any], message: dict[str, Any], blob: bytes, packer: Packer
    ) -> dict[str, Any]:
        """Call a page's function on the held solution."""
        unpack = Unpacker(blob, self._stand_in).unpack
        target = self._objects[message["target"]]
        result = rig(target, *unpack(message["args"]), **unpack(message["kwargs"]))
        return {"ok": packer.pack(result)}

    def _do_value(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        return {"ok": packer.pack(self._objects[message["target"]])}

    def _do_attribute(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        return {"ok": self._refer(getattr(self._objects[message["target"]], message["name"]))}

    def _do_item(self, message: dict[str, Any], blob: bytes, packer: Packer) -> dict[str, Any]:
        index = Unpacker(blob, self._stand_in).unpack(message["index"])
        return {"ok": self._refer(self._objects[message["target"]][index])}

    # What the learner's code asks for.

    def ask(self, number: int, args: Any, kwargs: Any, training: bool) -> Any:
        """Call a callable of the judge's; its exception is raised here."""
        packer = Packer(self._refer)
        message = {"ask": number, "args": packer.pack(args), "kwargs": packer.pack(kwargs)}
        with self._lock:
            reply, blob = self._to_judge({**message, "training": training}, packer.blob)
        if "error" in reply:
            name, text = reply["error"]
            raise BUILTIN_ERRORS.get(name, RuntimeError)(text)
        return Unpacker(blob, self._stand_in).unpack(reply["value"])

    # Helpers.

    @contextlib.contextmanager
    def _tracing(self, message: dict[str, Any]) -> Iterator[list[Any]]:
        if not message.get("trace"):
            yield []
            return
        with _Trace() as mode:
            yield mode.rows

    def _refer(self, value: Any) -> list[Any]:
        if isinstance(value, _Opaque):
            return ["opaque", value._number]
        return ["ref", self.adopt(value), type(value).__name__]

    def _stand_in(self, tree: list[Any]) -> Any:
        tag, number = tree[0], tree[1]
        if tag == "ref":
            return self._objects[number]
        if tag == "opaque":
            return _Opaque(number)
        if tag == "module":
            return _StandIn(self, number)
        if tag == "function":
            return lambda *args, **kwargs: self.ask(number, args, kwargs, False)
        if tag == "rng":
            if number not in self._generators:
                self._generators[number] = torch.Generator()
                state = bytes.fromhex(tree[2])
                self._generators[number].set_state(
                    torch.frombuffer(bytearray(state), dtype=torch.uint8)
                )
            return self._generators[number]
        raise ValueError(f"unknown tag {tag!r}")

    def _used(self, name: str) -> None:
        line, text = self._learner_line(traceback.extract_stack())
        self._shortcut = self._shortcut or {"name": name, "line": line, "text": text}

    def _describe(self, error: BaseException) -> dict[str, Any]:
        line, text = self._learner_line(traceback.extract_tb(error.__traceback__))
        if isinstance(error, SyntaxError) and error.filename == self._path:
            line, text = error.lineno, (error.text or "").strip()
        lineage = [c.__name__ for c in type(error).__mro__ if c is not object]
        return {"lineage": lineage, "message": _message(error), "line": line, "text": text}

    def _learner_line(self, stack: traceback.StackSummary) -> tuple[int | None, str]:
        """The innermost line of the learner's file in a stack, and its text."""
        for entry in reversed(stack):
            if entry.filename == self._path:
                return entry.lineno, entry.line or ""
        return None, ""


def _with_gradients(target: Any, kwargs: dict[str, Any], wrt: list[str]) -> dict[str, Any]:
    """Call with leaves that require gradients, and pull back fixed weights of the result."""
    leaves = {name: kwargs[name].detach().requires_grad_() for name in wrt}
    result = target(**{**kwargs, **leaves})
    found: dict[str, Any] = {"result": result, **{f"gradient of {name}": None for name in wrt}}
    if not isinstance(result, Tensor) or not result.requires_grad:
        return found
    weights = torch.cos(torch.arange(result.numel(), dtype=torch.float64) * 0.7 + 0.3)
    # Through a scalar: with weights as an argument torch imports its symbolic shapes, 0.3 s.
    total = (result * weights.reshape(result.shape).to(result.dtype)).sum()
    pulled = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    for (name, leaf), gradient in zip(leaves.items(), pulled, strict=True):
        found[f"gradient of {name}"] = torch.zeros_like(leaf) if gradient is None else gradient
    return found


def _message(error: BaseException) -> str:
    """The exception's text, cut in the middle where it is long."""
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    if len(text) > MAX_MESSAGE:
        half = MAX_MESSAGE // 2
        text = f"{text[:half]} [... {len(text) - MAX_MESSAGE} characters cut ...] {text[-half:]}"
    return text


def _global_state() -> dict[str, Any]:
    return {
        "torch's grad mode": torch.is_grad_enabled(),
        "torch's default dtype": torch.get_default_dtype(),
        "torch's inference mode": torch.is_inference_mode_enabled(),
        "torch's deterministic mode": torch.are_deterministic_algorithms_enabled(),
        "torch's number of threads": torch.get_num_threads(),
    }


def _restore(state: dict[str, Any]) -> None:
    """Undo a leak, so that it is told once and does not spoil what follows."""
    torch.set_grad_enabled(state["torch's grad mode"])
    torch.set_default_dtype(state["torch's default dtype"])
    if torch.are_deterministic_algorithms_enabled() != state["torch's deterministic mode"]:
        torch.use_deterministic_algorithms(state["torch's deterministic mode"])
    if torch.get_num_threads() != state["torch's number of threads"]:
        torch.set_num_threads(state["torch's number of threads"])
