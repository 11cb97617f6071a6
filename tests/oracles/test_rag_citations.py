"""rag/citations against every substring tried as a group, and every place tried as a cut."""

import random

import pytest

from tests.support import cases, reference


def numbers_in(text):
    """The numbers of all substrings that are a group."""
    spans = [(i, j) for i in range(len(text)) for j in range(i + 1, len(text)) if text[i] == "["]
    inner = [text[i + 1 : j] for i, j in spans if text[j] == "]"]
    return {int(number) for group in inner if is_group(group) for number in group.split(",")}


def is_group(inner):
    first, *others = inner.split(",")
    parts = [first, *(other.lstrip(" ") for other in others)]
    return all(part and set(part) <= set("0123456789") for part in parts)


def sentences_of(text):
    """Characters are collected; whitespace right after an end mark closes what was collected."""
    found, open_ = [], ""
    for character in text:
        if character.isspace() and (not open_ or open_[-1] in ".!?"):
            found += [open_] if open_ else []
            open_ = ""
        else:
            open_ += character
    return found + ([open_] if open_ else [])


def by_substrings(answer, n_sources, refusal="I don't know."):
    text = answer.strip()
    if text == refusal:
        text = ""
    valid = set(range(1, n_sources + 1))
    return {
        "cited": sorted(numbers_in(text) & valid),
        "invalid": sorted(numbers_in(text) - valid),
        "uncited": [s for s in sentences_of(text) if not numbers_in(s) & valid],
    }


def test_reference_agrees_with_substrings():
    pool = cases("rag/citations")
    assert len(pool) > 150
    for case in pool:
        assert reference("rag/citations")(**case) == by_substrings(**case), case


def test_random_answers():
    dice = random.Random(0)
    signs = ["[", "]", ",", " ", "\n", "1", "0", "2", ".", "!", "a", "[1]", "[2, 1]", ". "]
    for _ in range(1500):
        text = "".join(dice.choices(signs, k=dice.randrange(25)))
        n = dice.randrange(4)
        assert reference("rag/citations")(text, n) == by_substrings(text, n), text


@pytest.mark.parametrize("answer", ["A [1].", "", "I don't know."])
def test_a_negative_number_of_sources(answer):
    with pytest.raises(ValueError):
        reference("rag/citations")(answer, -1)
