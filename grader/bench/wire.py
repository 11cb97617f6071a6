"""Values as frames: a JSON tree and raw bytes. Nothing that arrives is ever executed.

A tree holds JSON scalars as they are and everything else as a list whose first item is a tag.
Tensors travel as the span of memory they cover with their strides, so that layouts survive.
Containers travel whole once; see `shared` for what happens when they cross again.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from grader.bench.shared import CONTAINERS, Shared, content, members, written_out

MAX_TREE = 16 << 20  # bytes of JSON in one frame
MAX_BLOB = 256 << 20  # bytes of tensors in one frame
MAX_NUMEL = 1 << 26  # elements of one tensor, however little memory it covers
MAX_DEPTH = 200  # containers within one another
HEAD = struct.Struct(">II")
PLAIN = ("tensor", "list", "tuple", "dict", "set", "at", "dtype")  # tags of values, not objects

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype) and not str(dtype).startswith(("torch.q", "torch.bits"))
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}

# Taken now, so that code which later patches torch does not change how values are carried.
_empty, _as_strided, _frombuffer = torch.empty, torch.as_strided, torch.frombuffer
_Parameter = torch.nn.Parameter

Other = Callable[[Any], Any]


class WireError(ValueError):
    """What arrived is no frame of ours."""


class UnusableError(WireError):
    """What arrived is a value, but none that could be compared with anything."""


def frame(tree: Any, blob: bytes = b"") -> bytes:
    """One message, ready to be sent."""
    text = json.dumps(tree, separators=(",", ":")).encode()
    return HEAD.pack(len(text), len(blob)) + text + blob


def sizes(head: bytes) -> tuple[int, int]:
    """How many bytes of JSON and of tensors follow; raises `WireError` where that is too much."""
    tree, blob = HEAD.unpack(head)
    if tree > MAX_TREE or blob > MAX_BLOB:
        raise WireError(f"an answer of {tree + blob:,} bytes is too large")
    return tree, blob


def parse(text: bytes) -> dict[str, Any]:
    """The JSON of a frame, which must be an object."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError(f"an answer could not be read ({type(error).__name__})") from None
    if not isinstance(tree, dict):
        raise WireError("an answer was no message")
    return tree


class Packer:
    """Turns values into trees, gathering the bytes of tensors in `blob`.

    changes: what is told of containers that crossed before and hold something else by now.
    """

    def __init__(self, other: Other, shared: Shared) -> None:
        self._other = other
        self._shared = shared
        self._blob = bytearray()
        self._visited: set[int] = set()
        self.changes: list[Any] = []

    @property
    def blob(self) -> bytes:
        return bytes(self._blob)

    def pack(self, value: Any) -> Any:
        """A tree for `value`; what is no plain data goes to `other`, which gives a tagged list."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind in (Tensor, _Parameter) and _is_ordinary(value):
            return self._tensor(value)
        if isinstance(value, tuple):
            return ["tuple", [self.pack(v) for v in value]]
        if isinstance(value, (list, dict, set)):
            return self._container(value)
        if isinstance(value, frozenset):
            return ["set", [self.pack(v) for v in value], None]
        return self._rest(value)

    def look_over(self, values: Iterable[Any]) -> None:
        """Tell what has changed in containers that crossed before."""
        for value in values:
            if self._shared.may_differ(value):
                self.pack(value)

    def _container(self, value: Any) -> Any:
        shared = self._shared
        known = shared.number(value)
        if known in self._visited:
            return ["at", known]
        number = shared.add(value) if known is None else known
        self._visited.add(number)
        if known is not None and not shared.may_differ(value):
            for item in members(value):  # something may have changed within them
                if isinstance(item, (list, dict, set, tuple)):
                    self.pack(item)
            return ["at", known]
        tree = self._opened(value, number)
        news = shared.learn(number, content(tree, self._digest))
        shared.keep(value)
        if known is None:
            return tree
        if news:
            self.changes.append(tree)
        return ["at", number]

    def _opened(self, value: Any, number: int) -> list[Any]:
        pack = self.pack
        if isinstance(value, dict):
            return ["dict", [[pack(k), pack(v)] for k, v in dict.items(value)], number]
        tag = "list" if isinstance(value, list) else "set"
        return [tag, [pack(v) for v in value], number]

    def _digest(self, tree: list[Any]) -> Any:
        return digest(tree, self._blob)

    def _rest(self, value: Any) -> Any:
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return int.__int__(value)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, torch.dtype) and value in NAMES:
            return ["dtype", NAMES[value]]
        return self._other(value)

    def _tensor(self, tensor: Tensor) -> Any:
        tensor = tensor.detach().resolve_conj().resolve_neg()
        shape, stride = tuple(tensor.shape), tensor.stride()
        span = 1 + sum((n - 1) * s for n, s in zip(shape, stride, strict=True))
        span = span if tensor.numel() else 0
        flat = _empty(span, dtype=tensor.dtype)
        flat.copy_(_as_strided(tensor, (span,), (1,)))
        data = flat.view(torch.uint8).numpy().tobytes() if span else b""
        start = len(self._blob)
        self._blob += data
        return ["tensor", NAMES[tensor.dtype], list(shape), list(stride), start, span]


class Unpacker:
    """Turns trees back into values; tags it does not know go to `other`.

    message: all trees that arrived together; a container may be named before the one that holds it.
    in_place: let what was changed by the other side be changed here, in the same object; else it is
    made anew. Only there may a container hold itself: the judge could not compare such a one.
    """

    def __init__(
        self,
        blob: bytes,
        other: Other,
        shared: Shared,
        message: Iterable[Any] = (),
        in_place: bool = False,
    ) -> None:
        self._message = message
        self._in_place = in_place
        self._made: set[int] = set()
        self._open: list[int | None] = []  # the containers within which we are
        self._blob = blob
        self._other = other
        self._shared = shared

    def unpack(self, tree: Any) -> Any:
        if not isinstance(tree, list):
            return tree
        try:
            return self._tagged(tree[0], tree[1:], tree)
        except WireError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            raise WireError(f"an answer could not be read ({error})") from None

    def _tagged(self, tag: Any, rest: list[Any], tree: Any) -> Any:
        if tag == "tensor":
            return self._tensor(*rest)
        if tag == "tuple":
            return tuple(self.unpack(v) for v in rest[0])
        if tag in ("list", "dict", "set"):
            return self._container(*tree)
        if tag == "at":
            return self._known(rest[0])
        if tag == "dtype":
            return DTYPES[rest[0]]
        return self._other(tree)

    @cached_property
    def _arriving(self) -> dict[int, list[Any]]:
        """The containers that are written out in this message, by number."""
        return {part[2]: part for tree in self._message for part in written_out(tree)}

    def _known(self, number: int) -> Any:
        """The container of that number, as it is after this message."""
        if number in self._arriving and number not in self._made:
            return self._container(*self._arriving[number])
        if number in self._open and not self._in_place:
            raise UnusableError("a value that holds itself")
        return self._shared[number]

    def _container(self, tag: str, items: list[Any], number: int | None) -> Any:
        if number in self._made:
            return self._known(number)
        if self._in_place and number is not None and number in self._shared:
            made = self._shared[number]
            made.clear()
        else:
            made = {"list": list, "dict": dict, "set": set}[tag]()
        self._open.append(number)
        if len(self._open) > MAX_DEPTH:
            raise UnusableError(f"a value that is nested more than {MAX_DEPTH} deep")
        if number is not None:  # first of all: it may hold itself
            self._made.add(number)
            self._shared.bind(number, made)
            self._shared.learn(number, content([tag, items], self._digest))
        if tag == "list":
            made.extend(map(self.unpack, items))
        elif tag == "dict":
            made.update((self.unpack(k), self.unpack(v)) for k, v in items)
        else:
            made.update(map(self.unpack, items))
        if number is not None:
            self._shared.keep(made)
        self._open.pop()
        return made

    def _digest(self, tree: list[Any]) -> Any:
        return digest(tree, self._blob)

    def _tensor(self, name: str, shape: Any, stride: Any, start: int, span: int) -> Tensor:
        dtype, numel = DTYPES[name], 1
        for n, s in zip(shape, stride, strict=True):
            if type(n) is not int or type(s) is not int or n < 0 or s < 0:
                raise WireError("a tensor with an impossible shape")
            numel *= n
        reach = 1 + sum((n - 1) * s for n, s in zip(shape, stride, strict=True)) if numel else 0
        if numel > MAX_NUMEL or reach > span or len(shape) > 16:
            raise WireError(f"a tensor of shape {tuple(shape)} is too large")
        size = span * dtype.itemsize
        data = bytearray(self._blob[start : start + size])
        if start < 0 or len(data) != size:
            raise WireError("a tensor without its numbers")
        flat = _frombuffer(data, dtype=dtype) if span else _empty(0, dtype=dtype)
        return _as_strided(flat, shape, stride)


def digest(tree: list[Any], blob: bytes | bytearray) -> Any:
    """What tells a packed tensor from another one."""
    _, name, shape, stride, start, span = tree
    data = memoryview(blob)[start : start + span * DTYPES[name].itemsize]
    return (name, tuple(shape), tuple(stride), zlib.crc32(data))


def equal(a: Any, blob_a: bytes, b: Any, blob_b: bytes) -> bool:
    """Whether tree `b` carries the values of `a` to the bit, without unpacking them.

    A container equals the one of its number, whatever that holds. What is no plain data in `a` is
    an object that lives elsewhere, and counts as equal.
    """
    if isinstance(a, list) and a[0] not in PLAIN:
        return True
    if not isinstance(a, list) or not isinstance(b, list):
        return type(a) is type(b) and bool(a == b or (a != a and b != b))
    if a[0] in (*CONTAINERS, "at"):
        return b[0] in (*CONTAINERS, "at") and bool(a[-1] == b[-1])
    if a[0] != b[0]:
        return False
    if a[0] == "tensor":
        size = a[5] * DTYPES[a[1]].itemsize
        if [*a[1:4], a[5]] != [*b[1:4], b[5]]:
            return False
        return blob_a[a[4] : a[4] + size] == blob_b[b[4] : b[4] + size]
    if a[0] == "tuple":
        pairs = zip(a[1], b[1], strict=False)
        return len(a[1]) == len(b[1]) and all(equal(x, blob_a, y, blob_b) for x, y in pairs)
    return bool(a == b)


def _is_ordinary(tensor: Tensor) -> bool:
    here = tensor.layout == torch.strided and tensor.device.type == "cpu"
    return here and tensor.dtype in NAMES and tensor.numel() <= MAX_NUMEL
