"""Values as frames: a JSON tree and raw bytes. Nothing that arrives is ever executed.

A tree holds JSON scalars as they are and everything else as a list whose first item is a tag.
Tensors travel as the span of memory they cover with their strides, so that layouts survive.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

MAX_TREE = 16 << 20  # bytes of JSON in one frame
MAX_BLOB = 256 << 20  # bytes of tensors in one frame
MAX_NUMEL = 1 << 26  # elements of one tensor, however little memory it covers
HEAD = struct.Struct(">II")
PLAIN = ("tensor", "list", "tuple", "dict", "set", "dtype")  # tags of values; others are objects

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
    """Turns values into trees, gathering the bytes of tensors in `blob`."""

    def __init__(self, other: Other) -> None:
        self._other = other
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def blob(self) -> bytes:
        return b"".join(self._parts)

    def pack(self, value: Any) -> Any:
        """A tree for `value`; what is no plain data goes to `other`, which gives a tagged list."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind in (Tensor, _Parameter) and _is_ordinary(value):
            return self._tensor(value)
        if isinstance(value, (list, tuple)):
            tag = "list" if isinstance(value, list) else "tuple"
            return [tag, [self.pack(v) for v in value]]
        if isinstance(value, dict):
            return ["dict", [[self.pack(k), self.pack(v)] for k, v in dict.items(value)]]
        if isinstance(value, (set, frozenset)):
            return ["set", [self.pack(v) for v in value]]
        return self._rest(value)

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
        start = self._size
        self._parts.append(data)
        self._size += len(data)
        return ["tensor", NAMES[tensor.dtype], list(shape), list(stride), start, span]


class Unpacker:
    """Turns trees back into values; tags it does not know go to `other`."""

    def __init__(self, blob: bytes, other: Other) -> None:
        self._blob = blob
        self._other = other

    def unpack(self, tree: Any) -> Any:
        if not isinstance(tree, list):
            return tree
        try:
            return self._tagged(tree[0], tree[1:], tree)
        except (IndexError, KeyError, TypeError, RuntimeError) as error:
            raise WireError(f"an answer could not be read ({error})") from None

    def _tagged(self, tag: Any, rest: list[Any], tree: Any) -> Any:
        if tag == "tensor":
            return self._tensor(*rest)
        if tag == "list":
            return [self.unpack(v) for v in rest[0]]
        if tag == "tuple":
            return tuple(self.unpack(v) for v in rest[0])
        if tag == "dict":
            return {self.unpack(k): self.unpack(v) for k, v in rest[0]}
        if tag == "set":
            return {self.unpack(v) for v in rest[0]}
        if tag == "dtype":
            return DTYPES[rest[0]]
        return self._other(tree)

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


def equal(a: Any, blob_a: bytes, b: Any, blob_b: bytes) -> bool:
    """Whether tree `b` carries the values of `a` to the bit, without unpacking them.

    What is no plain data in `a` is an object that lives elsewhere, and counts as equal.
    """
    if isinstance(a, list) and a[0] not in PLAIN:
        return True
    if not isinstance(a, list) or not isinstance(b, list):
        return type(a) is type(b) and bool(a == b or (a != a and b != b))
    if a[0] != b[0]:
        return False
    if a[0] == "tensor":
        size = a[5] * DTYPES[a[1]].itemsize
        if [*a[1:4], a[5]] != [*b[1:4], b[5]]:
            return False
        return blob_a[a[4] : a[4] + size] == blob_b[b[4] : b[4] + size]
    if a[0] in ("list", "tuple", "set"):
        pairs = zip(a[1], b[1], strict=False)
        return len(a[1]) == len(b[1]) and all(equal(x, blob_a, y, blob_b) for x, y in pairs)
    if a[0] == "dict":
        one, other = (["list", [["list", pair] for pair in tree[1]]] for tree in (a, b))
        return equal(one, blob_a, other, blob_b)
    return bool(a == b)


def _is_ordinary(tensor: Tensor) -> bool:
    here = tensor.layout == torch.strided and tensor.device.type == "cpu"
    return here and tensor.dtype in NAMES and tensor.numel() <= MAX_NUMEL
