"""How a failing case is shown: values as on paper, and the pattern of what is wrong."""

from __future__ import annotations

import pytest
import torch

from grader.judge import explain
from grader.judge.page import Observation
from grader.words.compare import difference
from grader.words.expect import Broken

T = torch.tensor


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (T([[1.0, -2.5], [0.3333333, float("nan")]]),
         "[[1, -2.5],\n [0.3333, nan]]  (float32, 2×2)"),
        (T(3), "3  (int64, a single number)"),
        (T([True, False]), "[True, False]  (bool, 2)"),
        (torch.arange(100), "100 values from 0 to 99  (int64, 100)"),
        (torch.full((9, 9), float("inf")), "81 values, none finite  (float32, 9×9)"),
        (0.1 + 0.2, "0.3"),
        ("a\x1b[2J", "'a\\x1b[2J'"),
        ([1, (2.0, None)], "[1, (2, None)]"),
        ({"a": T([1])}, "{'a': [1]  (int64, 1)}"),
    ],
    ids=str,
)  # fmt: skip
def test_values(value, text):
    assert explain.text(value) == text


def test_long_texts_are_cut_in_the_middle_and_say_so():
    shown = explain.text("x" * 5000)
    assert len(shown) < 700
    assert "[... 4402 characters cut ...]" in shown


def shown(got, want):
    found = difference(got, want, "result")
    return explain.example({"n": 2}, Observation(broken=Broken(found.says, found)))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (torch.ones(4, 4).triu(1), "Wrong: only values above the diagonal."),
        (T([[0.0, 0, 1], [0, 0, 1]]), "Wrong: column 2, all others are right."),
        (T([[0.0, 0], [1, 1], [1, 1]]), "Wrong: rows 1 to 2, all others are right."),
        (T([[1.0, 1], [0, 0], [1, 1]]), "Wrong: rows 0, 2, all others are right."),
        (torch.ones(2, 2), "Every value is wrong."),
    ],
    ids=str,
)
def test_patterns(wrong, where):
    assert shown(wrong, torch.zeros_like(wrong))["where"] == where


def test_what_differs_by_little_is_shown_with_the_digits_that_differ():
    example = shown(T([1.000001, 2.0], dtype=torch.float64), T([1.0, 2.0]).double())
    assert example["got"] == "[1.000001, 2]  (float64, 2)"
    assert example["want"] == "[1, 2]  (float64, 2)"
    assert "They differ by 5e-07 of the largest value only" in example["where"]
    assert "differ by" not in shown(T([1.1]), T([1.0])).get("where", "")


def test_a_picture():
    example = shown(torch.ones(3, 4).triu(2), torch.zeros(3, 4))
    assert example["picture"] == "··xx\n···x\n····"
    assert example["inputs"] == {"n": "2"}
    assert example["want"].startswith("[[0, 0, 0, 0]")
