"""Values survive the wire with dtype and layout; hostile frames are refused, never executed."""

from __future__ import annotations

import json
import math

import pytest
import torch

from grader.bench.wire import (
    HEAD,
    MAX_TREE,
    Packer,
    Unpacker,
    WireError,
    equal,
    frame,
    parse,
    sizes,
)


def refuse(value):
    raise AssertionError(f"{value!r} is plain data")


def there_and_back(value):
    packer = Packer(refuse)
    tree = json.loads(json.dumps(packer.pack(value)))
    return Unpacker(packer.blob, refuse).unpack(tree)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -(10**30), 1.5, math.inf, "ü\n\0", [1, [2]], (1, (2,)), {1: "a", "b": (None,)}],
    ids=repr,
)
def test_plain_values(value):
    assert there_and_back(value) == value
    assert type(there_and_back(value)) is type(value)


def test_nan_and_subclasses_arrive_as_plain_numbers():
    class Odd(float):
        def __eq__(self, other):
            return True

        __hash__ = None

    assert math.isnan(there_and_back(math.nan))
    assert type(there_and_back(Odd(2.5))) is float


@pytest.mark.parametrize(
    "dtype",
    [torch.float64, torch.bfloat16, torch.float16, torch.int64, torch.bool, torch.complex64],
    ids=str,
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4), (1, 1)], ids=str)
def test_tensors(dtype, shape):
    tensor = (torch.randn(shape) * 3).to(dtype)
    back = there_and_back(tensor)
    assert back.dtype == dtype
    assert torch.equal(back, tensor)


@pytest.mark.parametrize(
    "view",
    [
        lambda t: t.transpose(0, 1),
        lambda t: t[:, 1:3],
        lambda t: t[:1].expand(5, 6),
        lambda t: t[::2, ::3],
        lambda t: t[1],
        lambda t: t[2, 3],
    ],
    ids=["transposed", "sliced", "expanded", "strided", "row", "number"],
)
def test_layouts_survive(view):
    tensor = view(torch.arange(30.0).reshape(5, 6))
    back = there_and_back(tensor)
    assert torch.equal(back, tensor)
    assert back.stride() == tensor.stride()


def packed(value):
    packer = Packer(lambda _: ["ref", 0, "object"])
    return packer.pack(value), packer.blob


def test_equal_to_the_bit_without_unpacking():
    x, nan = torch.arange(6.0).reshape(2, 3), math.nan
    values = [None, 1, 1.0, True, "a", nan, [1], (1,), {1: [x]}, {"a": nan}, [x, x.t()], x.t(), x]
    values += [torch.tensor([nan]), x + 1, x.double(), x[:, :2], [x, x.t() + 1], {1: [x + 1]}]
    for i, a in enumerate(values):
        # The same bytes at another place in the blob are the same value.
        (_, (_, moved)), blob = packed([x.long(), a])
        for j, b in enumerate(values):
            assert equal(moved, blob, *packed(b)) == (i == j), (a, b)
    assert equal(*packed(object()), *packed(object()))


@pytest.mark.parametrize(
    "tree",
    [
        ["tensor", "float64", [10**9, 10**9], [0, 0], 0, 1],
        ["tensor", "float64", [4], [1], 0, 4],
        ["tensor", "float64", [-1], [1], 0, 0],
        ["tensor", "float64", [2], [-1], 0, 2],
        ["tensor", "float64", [2], [1], -8, 2],
        ["tensor", "no such dtype", [1], [1], 0, 1],
        ["tensor", "float64", "ab", [1], 0, 1],
        ["tensor"],
        ["dict", [[["list", []], 1]]],
        [],
        [["nested"]],
    ],
    ids=str,
)
def test_hostile_trees_are_refused(tree):
    def unknown(tree):
        raise WireError(f"unknown tag {tree[0]!r}")

    with pytest.raises(WireError):
        Unpacker(b"x" * 8, unknown).unpack(tree)


def test_sizes_are_capped_before_anything_is_read():
    assert sizes(frame({"a": 1}, b"xyz")[: HEAD.size]) == (7, 3)
    with pytest.raises(WireError, match="too large"):
        sizes(HEAD.pack(MAX_TREE + 1, 0))
    for text in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(WireError):
            parse(text)
