"""Turning a failing case into text: the inputs, both values, and where they part."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.judge import talk
from grader.judge.page import Observation
from grader.judge.plainly import cut
from grader.words.compare import Difference, number
from grader.words.exercise import Case
from grader.words.transcript import is_conversation

MANY = 80  # elements of a tensor that are still written out
SMALL = 1e-4  # a difference in units of the largest value that four digits do not show
GRID = (16, 32)  # rows and columns of a picture


def example(case: Case, seen: Observation) -> dict[str, Any]:
    """The texts of one failing case: `inputs`, `got`, `want`, `where`, `picture`."""
    shown: dict[str, Any] = {"inputs": {name: text(value) for name, value in case.items()}}
    found = seen.broken.found if seen.broken else None
    if found is None:
        return shown
    close = _closeness(found)
    shown |= _values(found, 9 if close else 4) | _where(found)
    if close:
        shown["where"] = " ".join(filter(None, (shown.get("where"), close)))
    return shown


def _values(found: Difference, digits: int) -> dict[str, str]:
    """Both values, or all of the lists they stand in, with the place where these part marked."""
    got, want = found.within or (found.got, found.want)
    if got is None and want is None:
        return {}
    told = {"got": got} if want is None else {"got": got, "want": want}
    short = all(len(text(value, digits)) <= talk.SHORT for value in told.values())
    return {name: _marked(value, found.at, digits, short) for name, value in told.items()}


def _marked(value: Any, at: int | None, digits: int, short: bool) -> str:
    """A value; with `at` a list with that item marked, in one line if it is short."""
    if at is None or not value:
        return text(value, digits)
    if is_conversation(value):
        return talk.shown(value, at)
    if talk.is_ranking(value):
        return talk.ranking(value, at, digits)
    items = [text(item, digits) for item in value]
    return talk.pointed(text(value, digits), items, at) if short else talk.listed(items, at)


def _closeness(found: Difference) -> str:
    """What to say of values that differ by so little that they look the same, else nothing."""
    got, want = (torch.as_tensor(v) if isinstance(v, float | Tensor) else None
                 for v in (found.got, found.want))  # fmt: skip
    if found.kind != "value" or got is None or want is None or not want.is_floating_point():
        return ""
    if got.shape != want.shape or not bool(got.isfinite().all() & want.isfinite().all()):
        return ""
    apart = float((got.double() - want.double()).abs().max())
    share = apart / max(float(want.double().abs().max()), 1e-300)
    if share > SMALL:
        return ""
    return (
        f"They differ by {share:.0e} of the largest value only: look for a small constant that was "
        "added, or for something computed in fewer digits than its dtype has."
    )


def text(value: Any, digits: int = 4) -> str:
    """A value as one would write it on paper, the numbers of a tensor with so many digits."""
    if isinstance(value, Tensor):
        return _tensor(value, digits)
    if is_conversation(value):
        return talk.shown(value)
    if talk.is_ranking(value):
        return talk.ranking(value, None, digits)
    if isinstance(value, dict):
        inner = ", ".join(f"{key!r}: {text(v, digits)}" for key, v in value.items())
        return cut(f"{{{inner}}}")
    if isinstance(value, (list, tuple)):
        inner = ", ".join(text(v, digits) for v in value)
        return cut(f"[{inner}]" if isinstance(value, list) else f"({inner})")
    if isinstance(value, float):
        return number(value, max(6, digits))
    return cut(repr(value))


def _tensor(tensor: Tensor, digits: int) -> str:
    shape = "×".join(map(str, tensor.shape)) or "a single number"
    kind = f"{str(tensor.dtype).removeprefix('torch.')}, {shape}"
    if tensor.numel() > MANY:
        return f"{_range(tensor)}  ({kind})"
    return f"{_nested(tensor.tolist(), 0, digits)}  ({kind})"


def _range(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return f"{int(tensor.sum())} of {tensor.numel()} values True"
    if tensor.is_complex():
        return f"{tensor.numel()} values"
    finite = tensor[tensor.isfinite()] if tensor.is_floating_point() else tensor
    if finite.numel() == 0:
        return f"{tensor.numel()} values, none finite"
    low, high = finite.min().item(), finite.max().item()
    return f"{tensor.numel()} values from {number(low)} to {number(high)}"


def _nested(values: Any, depth: int, digits: int) -> str:
    if not isinstance(values, list):
        return _short(values, digits)
    if values and isinstance(values[0], list):
        gap = ",\n" + " " * (depth + 1)
        return f"[{gap.join(_nested(v, depth + 1, digits) for v in values)}]"
    return f"[{', '.join(_short(v, digits) for v in values)}]"


def _short(value: Any, digits: int) -> str:
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e6 else f"{value:.{digits}g}"


def _where(found: Difference) -> dict[str, str]:
    """A sentence on the pattern of the wrong values and a picture of it, where there is one."""
    wrong = found.wrong
    if wrong is None or wrong.numel() < 4 or wrong.ndim < 1:
        return {}
    if bool(wrong.all()):
        return {"where": "Every value is wrong."}
    plane = _plane(wrong)
    shown = {"where": _pattern(plane)} if _pattern(plane) else {}
    if plane.shape[0] > 1 and plane.shape[0] <= GRID[0] and plane.shape[1] <= GRID[1]:
        rows = ["".join("x" if value else "·" for value in row) for row in plane.tolist()]
        shown["picture"] = "\n".join(rows)
    return shown


def _plane(wrong: Tensor) -> Tensor:
    """The last two axes of the first batch entry that holds a wrong value."""
    if wrong.ndim == 1:
        return wrong[None]
    flat = wrong.reshape(-1, *wrong.shape[-2:])
    return flat[int(flat.flatten(1).any(1).nonzero()[0])]


def _pattern(plane: Tensor) -> str:
    rows, columns = plane.any(1), plane.any(0)
    by_rows = bool((plane.all(1) == rows).all())
    by_columns = bool((plane.all(0) == columns).all())
    if by_rows and int(rows.sum()) < len(rows):
        return f"Wrong: {_these('row', rows)}, all others are right."
    if by_columns and int(columns.sum()) < len(columns):
        return f"Wrong: {_these('column', columns)}, all others are right."
    above = torch.ones_like(plane).triu(1)
    if plane.shape[0] > 1 and not bool((plane & ~above).any()):
        return "Wrong: only values above the diagonal."
    if plane.shape[0] > 1 and not bool((plane & above).any()):
        return "Wrong: only values on or below the diagonal."
    return ""


def _these(what: str, which: Tensor) -> str:
    places = [int(i) for i in which.nonzero().flatten()]
    if len(places) == 1:
        return f"{what} {places[0]}"
    first, last = places[0], places[-1]
    if places == list(range(first, last + 1)):
        return f"{what}s {first} to {last}"
    return f"{what}s {', '.join(map(str, places))}"
