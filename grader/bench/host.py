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
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from grader.bench import bans
from grader.bench.errors import lineage
from grader.bench.scope import Ask, Scope, kind_of
from grader.bench.wire import Packer, Unpacker

MODULE = "solution"  # the learner's file as a module; not its own name, which may be `random`
MAX_OPERATIONS = 50_000
MAX_MESSAGE = 2_000


class _Trace(TorchDispatchMode):
    """Writes down every operator with the shapes it reads and writes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
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


@dataclass(frozen=True)
class _Request:
    """One operation: what it says, how to read its values and how to pack the answer's."""

    message: dict[str, Any]
    unpacker: Unpacker
    packer: Packer

    def unpack(self, name: str) -> Any:
        return self.unpacker.unpack(self.message[name])

    def arguments(self) -> tuple[Any, dict[str, Any]]:
        """What a callable is to be called with."""
        return self.unpack("args"), dict(self.unpack("kwargs"))


class Host:
    """Objects by number, and the operations on them that the judge can ask for."""

    def __init__(self, ask: Ask) -> None:
        _leave_the_compiler_out()
        self._to_judge = ask
        self._objects: list[Any] = []
        self._scope = Scope(0, ask, self)
        self._shortcut: dict[str, Any] | None = None
        self._keep: list[Any] = []
        self._rigs: dict[str, Callable[..., Any]] = {}
        self._earlier: dict[Any, Tensor] = {}
        self._path = ""

    # What the judge asks for.

    def perform(self, message: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Do one operation; the reply tells its result or what it raised, and what it leaked."""
        scope = self._scope = Scope(message["id"], self._to_judge, self)
        request = _Request(message, scope.unpacker(blob), scope.packer())
        before = _global_state()
        try:
            reply = getattr(self, f"_do_{message['op']}")(request)
        except BaseException as error:
            reply = {"raised": self._describe(error)}
        finally:
            leaks = [name for name, value in _global_state().items() if value != before[name]]
            if leaks:
                _restore(before)
        packer = request.packer
        packer.look_over(scope.shared.objects())
        reply["leaks"], reply["changes"] = leaks, packer.changes
        reply["rng"] = [[number, state] for number, state in scope.states()]
        if self._shortcut:
            reply["shortcut"] = self._shortcut
        return reply, request.packer.blob

    def adopt(self, target: Any) -> int:
        """Hold an object of this process; gives its number."""
        self._objects.append(target)
        return len(self._objects) - 1

    def _do_load(self, request: _Request) -> dict[str, Any]:
        """Run the learner's file and hold the object that it was to define."""
        facts = request.message
        self._path, source = facts["path"], facts["source"]
        self._keep = bans.install(facts["banned"], self._used)
        module = ModuleType(MODULE)
        module.__file__ = self._path
        sys.modules[MODULE] = module
        linecache.cache[self._path] = (len(source), None, source.splitlines(True), self._path)
        exec(compile(source, self._path, "exec", dont_inherit=True), vars(module))
        if facts["entry"] not in vars(module):
            return {"absent": True}
        return {"ok": self._refer(vars(module)[facts["entry"]])}

    def _do_call(self, request: _Request) -> dict[str, Any]:
        args, kwargs = request.arguments()
        target, wrt = self._target(request), request.message.get("wrt")
        if isinstance(target, FunctionType):
            args, kwargs = self._refilled(args), self._refilled(kwargs)
        with self._tracing(request.message) as rows:
            result = _with_gradients(target, kwargs, wrt) if wrt else target(*args, **kwargs)
        hold, pack = request.message.get("hold"), request.packer.pack
        value = self._refer(result) if hold else pack(result)
        return {"ok": value, "after": pack((*args, *kwargs.values()))[1], "operations": rows}

    def _do_rig(self, request: _Request) -> dict[str, Any]:
        """Call a page's function on the held solution."""
        message = request.message
        rig = message.get("function") or self._compiled(message["name"], message["source"])
        args, kwargs = request.arguments()
        result = rig(self._target(request), *args, **kwargs)
        return {"ok": request.packer.pack(result)}

    def _do_value(self, request: _Request) -> dict[str, Any]:
        return {"ok": request.packer.pack(self._target(request))}

    def _do_attribute(self, request: _Request) -> dict[str, Any]:
        return {"ok": self._refer(getattr(self._target(request), request.message["name"]))}

    def _do_item(self, request: _Request) -> dict[str, Any]:
        return {"ok": self._refer(self._target(request)[request.unpack("index")])}

    def _target(self, request: _Request) -> Any:
        return self.held(request.message["target"])

    def held(self, number: int) -> Any:
        """The object of that number."""
        return self._objects[number]

    def _compiled(self, name: str, source: str) -> Callable[..., Any]:
        """A rig from its source, in names of its own."""
        if source not in self._rigs:
            names: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional, "math": math}
            text = "from __future__ import annotations\n" + source
            exec(compile(text, "<rig>", "exec", dont_inherit=True), names)
            self._rigs[source] = names[name]
        return self._rigs[source]

    # Helpers.

    @contextlib.contextmanager
    def _tracing(self, message: dict[str, Any]) -> Iterator[list[Any]]:
        if not message.get("trace"):
            yield []
            return
        with _Trace() as mode:
            yield mode.rows

    def _refilled(self, arguments: Any) -> Any:
        """The same arguments, as far as possible in the tensors of an earlier call.

        So an answer that was remembered by the identity of an argument turns out stale.
        """
        items = arguments.items() if isinstance(arguments, dict) else enumerate(arguments)
        found = {}
        for name, value in items:
            if isinstance(value, Tensor) and value.is_contiguous():
                key = (name, value.dtype, value.shape)
                value = self._earlier.setdefault(key, value).copy_(value)
            found[name] = value
        return found if isinstance(arguments, dict) else tuple(found.values())

    def _refer(self, value: Any) -> list[Any]:
        """Hold a thing and say its number, whatever it is."""
        return ["ref", self.adopt(value), kind_of(value)]

    def _used(self, name: str) -> None:
        line, text = self._learner_line(traceback.extract_stack())
        self._shortcut = self._shortcut or {"name": name, "line": line, "text": text}

    def _describe(self, error: BaseException) -> dict[str, Any]:
        line, text = self._learner_line(traceback.extract_tb(error.__traceback__))
        if isinstance(error, SyntaxError) and error.filename == self._path:
            line, text = error.lineno, (error.text or "").strip()
        told = {"lineage": lineage(type(error)), "message": _message(error)}
        thrown = self._scope.errors.number(error)
        return {**told, "line": line, "text": text, "thrown": thrown}

    def _learner_line(self, stack: traceback.StackSummary) -> tuple[int | None, str]:
        """The innermost line of the learner's file in a stack, and its text."""
        for entry in reversed(stack):
            if entry.filename == self._path:
                return entry.lineno, entry.line or ""
        return None, ""


def _with_gradients(target: Any, kwargs: dict[str, Any], wrt: list[str]) -> dict[str, Any]:
    """Call twice: as it is, and with leaves that require gradients, to pull back fixed weights."""
    # Taken first: a call that modifies its arguments is told of that, and of no wrong gradient.
    leaves = {name: kwargs[name].detach().clone().requires_grad_() for name in wrt}
    found: dict[str, Any] = {"result": target(**kwargs)}
    found |= {f"gradient of {name}": None for name in wrt}
    with torch.enable_grad():
        result = target(**{**kwargs, **leaves})
    if not isinstance(result, Tensor) or not result.requires_grad:
        return found
    weights = torch.cos(torch.arange(result.numel(), dtype=torch.float64) * 0.7 + 0.3)
    # Through a scalar: with weights as an argument torch imports its symbolic shapes, 0.3 s.
    total = (result * weights.reshape(result.shape).to(result.dtype)).sum()
    pulled = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    for (name, leaf), gradient in zip(leaves.items(), pulled, strict=True):
        found[f"gradient of {name}"] = torch.zeros_like(leaf) if gradient is None else gradient
    return found


def _leave_the_compiler_out() -> None:
    """Keep optimizers from importing torch's compiler (a second) just to be left out of it."""
    for method in vars(torch.optim.Optimizer).values():
        inner, code = getattr(method, "__wrapped__", None), getattr(method, "__code__", None)
        if inner is not None and code is not None and code.co_filename.endswith("_compile.py"):
            vars(inner).setdefault("__dynamo_disable", inner)


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
