"""rag/pack_context against a recursion over the sources that remembers nothing but the result."""

import re

import pytest

from tests.support import cases, module, reference

ID = "rag/pack_context"
CHECKS = ("agrees_with_the_reference", "every_source_is_decided_at_its_turn")


def wanted(sources, budget, count, separator):
    """The result for all sources but the last, and then the last, by the words of the statement."""
    if not sources:
        return []
    *before, last = sources
    taken = wanted(before, budget, count, separator)
    plain = [re.sub(r"\s+", " ", source["text"]).strip() for source in (*taken, last)]
    joined = separator.join(source["text"] for source in (*taken, last))
    fits = plain[-1] != "" and plain[-1] not in plain[:-1] and count(joined) <= budget
    return [*taken, last] if fits else taken


@pytest.mark.parametrize("check", CHECKS)
def test_reference_agrees_with_the_recursion(check):
    counts = module(ID).COUNTS
    for case in cases(ID, check):
        count, separator = counts[case["count_tokens"]], case.get("separator", "\n\n")
        want = wanted(case["sources"], case["budget"], count, separator)
        rest = {"separator": separator} if "separator" in case else {}
        got = reference(ID)(case["sources"], case["budget"], count, **rest)
        assert [id(source) for source in got] == [id(source) for source in want]


def test_reference_gives_the_statement_s_example():
    a, b, c, d = ({"id": "x", "text": text} for text in ("tea", " tea\n", "coffee", "mug"))
    assert reference(ID)([a, b, c, d], 8, len) == [a, d]


def test_a_budget_below_zero_raises():
    with pytest.raises(ValueError):
        reference(ID)([], -1, len)
