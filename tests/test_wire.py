"""Values survive the wire with dtype and layout; hostile frames are refused, never executed."""

from __future__ import annotations

import json
import math

import pytest
import torch

from grader.bench.shared import Shared
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
    packer = Packer(refuse, Shared(0))
    tree = json.loads(json.dumps(packer.pack(value)))
    return Unpacker(packer.blob, refuse, Shared(1)).unpack(tree)


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
    packer = Packer(lambda _: ["ref", 0, "object"], Shared(0))
    return packer.pack(value), packer.blob


def test_equal_to_the_bit_without_unpacking():
    x, nan = torch.arange(6.0).reshape(2, 3), math.nan
    values = [None, 1, 1.0, True, "a", nan, (1,), (x, x.t()), x.t(), x, torch.tensor([nan]), x + 1]
    values += [x.double(), x[:, :2], (x, x.t() + 1)]
    for i, a in enumerate(values):
        # The same bytes at another place in the blob are the same value.
        (_, (_, moved)), blob = packed((x.long(), a))
        for j, b in enumerate(values):
            assert equal(moved, blob, *packed(b)) == (i == j), (a, b)
    assert equal(*packed(object()), *packed(object()))


def crossed(value):
    """Both sides after `value` crossed from the first to the second."""
    ours, theirs = Shared(0), Shared(1)
    packer = Packer(refuse, ours)
    there = Unpacker(b"", refuse, theirs).unpack(packer.pack(value))
    return ours, theirs, there


@pytest.mark.parametrize("value", [[1, [2]], {"a": {"b": []}}, {1, 2}], ids=repr)
def test_a_container_comes_back_as_the_object_it_was(value):
    ours, theirs, there = crossed(value)
    back = Packer(refuse, theirs)
    tree = back.pack(there)
    assert tree[0] == "at"
    assert Unpacker(b"", refuse, ours).unpack(tree) is value
    assert back.changes == []


def test_one_object_at_two_places_stays_one_and_may_hold_itself():
    inner = [1]
    value = [inner, inner]
    assert len({id(item) for item in crossed(value)[2]}) == 1
    value.append(value)
    tree = Packer(refuse, Shared(0)).pack(value)
    there = Unpacker(b"", refuse, Shared(1), in_place=True).unpack(tree)
    assert there[2] is there
    with pytest.raises(WireError, match="holds itself"):
        Unpacker(b"", refuse, Shared(1)).unpack(tree)


def test_a_new_container_may_be_named_before_it_is_written_out():
    ours, theirs, there = crossed([[], []])
    new = {"a": 1}
    there[0].append(new)
    there[1].append(new)
    there.append(new)
    back = Packer(refuse, theirs)
    result = back.pack([new, there])
    back.look_over(theirs.objects())
    unpacker = Unpacker(b"", refuse, ours, [*back.changes, result])
    for tree in back.changes:
        unpacker.unpack(tree)
    one, all = unpacker.unpack(result)
    assert all == [[new], [new], new]
    assert all[0][0] is all[1][0] is all[2] is one


def test_what_is_nested_too_deeply_is_refused():
    value: list = []
    for _ in range(210):
        value = [value]
    with pytest.raises(WireError, match="nested more than"):
        crossed(value)


def test_what_was_changed_meanwhile_is_told_and_only_that():
    value = {"a": [1.0, math.nan], "b": [2], "c": []}
    ours, theirs, there = crossed(value)
    there["b"].append(3)
    there["c"] = there["a"]
    back = Packer(refuse, theirs)
    back.look_over(theirs.objects())
    assert sorted(tree[0] for tree in back.changes) == ["dict", "list"]
    unpacker = Unpacker(b"", refuse, ours, back.changes, in_place=True)
    for tree in back.changes:
        unpacker.unpack(tree)
    assert value["b"] == [2, 3]
    assert value["c"] is value["a"]
    again = Packer(refuse, theirs)
    again.look_over(theirs.objects())
    assert again.changes == []


def test_a_tensor_within_a_container_that_was_changed_in_place_is_told():
    ours, theirs = Shared(0), Shared(1)
    packer = Packer(refuse, ours)
    tree = packer.pack([torch.zeros(2), torch.ones(2), [(1, torch.ones(1))]])
    there = Unpacker(packer.blob, refuse, theirs).unpack(tree)
    there[1].add_(1)
    there[2][0][1].zero_()
    back = Packer(refuse, theirs)
    back.look_over(theirs.objects())
    assert len(back.changes) == 2
    assert Packer(refuse, theirs).pack(there)[0] == "at"


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
        ["dict", [[["list", [], 2], 1]], 4],
        ["dict", [[1]], 0],
        ["list", 3, 0],
        ["list", []],
        ["at", 8],
        [],
        [["nested"]],
    ],
    ids=str,
)
def test_hostile_trees_are_refused(tree):
    def unknown(tree):
        raise WireError(f"unknown tag {tree[0]!r}")

    with pytest.raises(WireError):
        Unpacker(b"x" * 8, unknown, Shared(0)).unpack(tree)


def test_sizes_are_capped_before_anything_is_read():
    assert sizes(frame({"a": 1}, b"xyz")[: HEAD.size]) == (7, 3)
    with pytest.raises(WireError, match="too large"):
        sizes(HEAD.pack(MAX_TREE + 1, 0))
    for text in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(WireError):
            parse(text)
