"""What counts as the same, and how a difference is told."""

from __future__ import annotations

import math

import pytest
import torch

from grader.words.compare import TOLERANCES, difference

T = torch.tensor


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (T([1.0, 2.0]).double(), T([1.0, 2.0 + 1e-12]).double()),
        (T([1.0, math.nan, -math.inf]), T([1.0, math.nan, -math.inf])),
        (T([1, 2]), T([1, 2])),
        (1, 1.0),
        ({"a": [T([1.0]), 2]}, {"a": [T([1.0]), 2]}),
        (T([1e6, 0.0]).double(), T([1e6, 1e-7]).double()),
    ],
    ids=str,
)
def test_the_same(got, want):
    assert difference(got, want) is None


@pytest.mark.parametrize(
    ("got", "want", "kind", "says"),
    [
        (None, T([1.0]), "type", "x is None, not a Tensor."),
        ([1.0], T([1.0]), "type", "x is a list, not a Tensor."),
        (T([[1.0]]), T([1.0]), "shape", "x has shape (1, 1), not (1,)."),
        (T([1.0]), T([1.0]).double(), "dtype", "x has dtype float32, not float64."),
        (T([1.0, 2.0]), T([1.0, 3.0]), "value", "x is 2 at [1], not 3 (1 of 2 values differ)."),
        (
            T([1.0, math.nan]),
            T([1.0, 3.0]),
            "nan",
            "x is nan at [1], not 3 (1 of 2 values differ).",
        ),
        (T(2), T(3), "value", "x is 2, not 3."),
        (1e300, 1e299, "value", "x is 1e+300, not 1e+299."),
        (1.5, 1.50001, "value", "x is 1.5, not 1.50001."),
        (1.5, 1.500001, "value", "x is 1.5, not 1.500001."),
        (True, 1, "type", "x is a bool, not an int."),
        (True, 1.0, "type", "x is a bool, not a float."),
        (2.5, 2.0, "value", "x is 2.5, not 2."),
        ("a", "b", "value", "x is 'a', not 'b'."),
        ([1], [1, 2], "value", "x has 1 items, not 2."),
        ([1, 3], [1, 2], "value", "x[1] is 3, not 2."),
        ((1,), [1], "type", "x is a tuple, not a list."),
        ({"a": 1}, {"b": 1}, "value", "x has the keys ['a'], not ['b']."),
        ({"a": 1}, {"a": 2}, "value", "x['a'] is 1, not 2."),
    ],
    ids=str,
)
def test_a_difference_is_told(got, want, kind, says):
    found = difference(got, want, "x")
    assert (found.kind, found.says) == (kind, says)


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
def test_tolerances_let_rounding_pass_and_nothing_coarser(dtype):
    if not dtype.is_floating_point:
        return
    want = torch.linspace(0.5, 1, 50).to(dtype)
    coarse = 3 * sum(TOLERANCES[dtype])
    assert difference(want * (1 + torch.finfo(dtype).eps), want) is None
    assert difference(want * (1 + coarse), want) is not None
