"""Whether two values are the same for a right solution, and if not, where they part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from grader.words.transcript import breach, is_conversation

#: Per dtype: relative tolerance, and absolute tolerance in units of the largest right value.
TOLERANCES = {
    torch.float64: (1e-7, 1e-9),
    torch.float32: (2e-4, 2e-5),
    torch.bfloat16: (5e-2, 3e-2),
    torch.float16: (1e-2, 5e-3),
    torch.complex128: (1e-7, 1e-9),
    torch.complex64: (2e-4, 2e-5),
}


@dataclass(frozen=True)
class Difference:
    """The first way in which two values differ: its kind, a sentence, and where.

    `got` and `want` are the two values that part. Where they stand in lists that are read as a
    whole (messages, a ranking), `within` is these lists (None if they are `got` and `want`
    themselves) and `at` the place in them.
    """

    kind: str  # "type", "shape", "dtype", "nan" or "value"
    says: str
    path: str = ""
    got: Any = None
    want: Any = None
    wrong: Tensor | None = None  # bool, the shape of `want`: where it is wrong
    within: tuple[Any, Any] | None = None
    at: int | None = None


def difference(got: Any, want: Any, path: str = "") -> Difference | None:
    """How `got` differs from `want`, or None. Tolerances follow the dtype of `want`."""
    return next(_differences(got, want, path), None)


def _differences(got: Any, want: Any, path: str) -> Iterator[Difference]:
    if isinstance(want, Tensor):
        yield from _tensors(got, want, path)
    elif isinstance(want, Mapping):
        yield from _mappings(got, want, path)
    elif isinstance(want, (list, tuple)):
        yield from _sequences(got, want, path)
    elif isinstance(want, float):
        yield from _floats(got, want, path)
    elif type(got) is not type(want):
        yield _wrong_type(got, want, path)
    elif got != want:
        yield Difference("value", f"{_the(path)} is {got!r}, not {want!r}.", path, got, want)


def _tensors(got: Any, want: Tensor, path: str) -> Iterator[Difference]:
    name = _the(path)
    if not isinstance(got, Tensor):
        yield _wrong_type(got, want, path)
    elif got.shape != want.shape:
        says = f"{name} has shape {tuple(got.shape)}, not {tuple(want.shape)}."
        yield Difference("shape", says, path, got, want)
    elif got.dtype != want.dtype:
        says = f"{name} has dtype {_dtype(got)}, not {_dtype(want)}."
        yield Difference("dtype", says, path, got, want)
    elif got.layout != want.layout or got.device != want.device:
        yield _wrong_type(got, want, path)
    else:
        yield from _values(got, want, path)


def _values(got: Tensor, want: Tensor, path: str) -> Iterator[Difference]:
    wrong = ~close(got, want)
    if not bool(wrong.any()):
        return
    first = tuple(int(i) for i in wrong.nonzero()[0])
    a, b = got[first].item(), want[first].item()
    at = f" at {list(first)}" if first else ""
    kind = "nan" if isinstance(a, float) and not math.isfinite(a) else "value"
    count = int(wrong.sum())
    many = f" ({count} of {wrong.numel()} values differ)" if wrong.numel() > 1 else ""
    shown, right = apart(a, b)
    says = f"{_the(path)} is {shown}{at}, not {right}{many}."
    yield Difference(kind, says, path, got, want, wrong)


def close(got: Tensor, want: Tensor) -> Tensor:
    """Elementwise: the same within the tolerance of the dtype; NaN equals NaN, inf equals inf."""
    if not (want.is_floating_point() or want.is_complex()):
        return got == want
    relative, absolute = TOLERANCES[want.dtype]
    if want.is_complex():
        return (got - want).abs() <= absolute + relative * want.abs()
    a, b = got.double(), want.double()
    finite = b[b.isfinite()].abs()
    scale = max(1.0, float(finite.max())) if finite.numel() else 1.0
    return torch.isclose(a, b, rtol=relative, atol=absolute * scale, equal_nan=True)


def _mappings(got: Any, want: Mapping[Any, Any], path: str) -> Iterator[Difference]:
    if not isinstance(got, Mapping):
        yield _wrong_type(got, want, path)
        return
    if set(got) != set(want):
        says = f"{_the(path)} has the keys {sorted(map(str, got))}, not {sorted(map(str, want))}."
        yield Difference("value", says, path, got, want)
        return
    for key in want:
        yield from _differences(got[key], want[key], f"{path}[{key!r}]" if path else str(key))


def _sequences(got: Any, want: list[Any] | tuple[Any, ...], path: str) -> Iterator[Difference]:
    if type(got) is not type(want):
        yield _wrong_type(got, want, path)
        return
    talk = _are_conversations(got, want)
    if talk and (broken := breach(got)) is not None and breach(want) is None:
        yield _inside(Difference("value", broken[1], path, got, want), got, want, broken[0])
    for i, (a, b) in enumerate(zip(got, want, strict=False)):
        for found in _differences(a, b, f"{path}[{i}]"):
            yield _inside(found, got, want, i)
    if len(got) != len(want):
        says = f"{_the(path)} has {len(got)} {'messages' if talk else 'items'}, not {len(want)}."
        end = min(len(got), len(want))
        yield _inside(Difference("value", says, path, got, want), got, want, end)


def _inside(found: Difference, got: Any, want: Any, at: int) -> Difference:
    """The same with the lists it is in, where they are read as a whole; the outermost ones stay."""
    readable = _are_conversations(got, want) or (_is_flat(got) and _is_flat(want))
    return replace(found, within=(got, want), at=at) if readable else found


def _are_conversations(got: Any, want: Any) -> bool:
    return is_conversation(want) and is_conversation(got)


def _is_flat(items: Any) -> bool:
    """Whether a list can be read as a whole: its items are scalars, or tuples or dicts of them."""
    return all(map(_is_scalar, items)) or all(map(_is_row, items))


def _is_row(item: Any) -> bool:
    inner = item.values() if isinstance(item, Mapping) else item
    return isinstance(item, (tuple, Mapping)) and all(map(_is_scalar, inner))


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _floats(got: Any, want: float, path: str) -> Iterator[Difference]:
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        yield _wrong_type(got, want, path)
    elif not bool(close(_double(got), _double(want))):
        shown, right = apart(got, want)
        says = f"{_the(path)} is {shown}, not {right}."
        kind = "value" if math.isfinite(got) else "nan"
        yield Difference(kind, says, path, got, want)


def _double(value: float) -> Tensor:
    return torch.tensor(float(value), dtype=torch.float64)


def _wrong_type(got: Any, want: Any, path: str) -> Difference:
    says = f"{_the(path)} is {describe(got)}, not {describe(want)}."
    return Difference("type", says, path, got, want)


def describe(value: Any) -> str:
    """What kind of thing a value is, with its article: "a Tensor", "None", "a list"."""
    if value is None:
        return "None"
    name = getattr(value, "type_name", None) or type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def number(value: Any, digits: int = 6) -> str:
    """A number in few digits."""
    return f"{value:.{digits}g}" if isinstance(value, float) else repr(value)


def apart(a: Any, b: Any) -> tuple[str, str]:
    """Two different numbers in as few digits as show that they differ."""
    for digits in range(6, 18):
        shown = number(a, digits), number(b, digits)
        if shown[0] != shown[1]:
            return shown
    return repr(a), repr(b)


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _the(path: str) -> str:
    return f"`{path}`" if path.startswith(("[", "result")) else (path or "the result")
