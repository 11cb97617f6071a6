"""agent/classify_error against the statement's own table, read from the page's text."""

import ast
import re
from functools import cache

import pytest

from tests.support import cases, module, reference

RUNS_OUT = ("retry", "repair", "shrink")


@cache
def table():
    """The rows of the statement's table: source, condition in words, what is returned."""
    lines = [
        line
        for line in (module("agent/classify_error").__doc__ or "").splitlines()
        if line.startswith('| "')
    ]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(ast.literal_eval(source), words, ast.literal_eval(way)) for source, words, way in rows]


def fits(words, status, kind):
    """Whether a row's condition, a text, speaks of that status and kind."""
    if words.startswith("any") or words == "anything else":
        return True
    kinds = re.findall(r'"(\w+)"', words)
    statuses = [int(number) for number in re.findall(r"\b\d{3}\b", words)]
    statuses += [None] * ("status None" in words)
    return (not kinds or kind in kinds) and (not statuses or status in statuses)


def looked_up(error, attempt, max_attempts):
    source, status, kind = error.values()
    category, action = next(
        way for name, words, way in table() if name == source and fits(words, status, kind)
    )
    return category, "give_up" if action in RUNS_OUT and attempt >= max_attempts else action


def test_the_table_has_eight_rows():
    assert [source for source, _, _ in table()] == ["http"] * 4 + ["model"] + ["tool"] * 2 + [
        "policy"
    ]


def test_the_cases():
    solve = reference("agent/classify_error")
    for case in cases("agent/classify_error"):
        assert solve(**case) == looked_up(**case), case


def test_every_status_with_every_kind():
    page = module("agent/classify_error")
    for source, kinds in page.KINDS.items():
        for kind in kinds:
            for status in (None, *range(100, 600)):
                error = {"source": source, "status": status, "kind": kind}
                for attempt in (1, 2, 3):
                    assert page.decide(error, attempt, 2) == looked_up(error, attempt, 2)


def test_an_unknown_source_raises():
    for attempt in (1, 5):
        with pytest.raises(ValueError, match="unknown source"):
            reference("agent/classify_error")(
                {"source": "disk", "status": 503, "kind": None}, attempt, 3
            )
