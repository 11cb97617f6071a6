"""Reports survive JSON, and a verdict needs a check that ran."""

from __future__ import annotations

import json

import pytest

from grader.report import VERDICTS, Check, Report, verdict_of

REPORT = Report(
    "track/name",
    "name.py",
    "failed",
    (
        Check("one", "passed", "8 cases"),
        Check("two", "failed", "It is 1, not 2.", "a_mistake", {"inputs": {"x": "1"}}, 3),
    ),
    0.25,
    {"python": "3"},
)


def test_json_and_back():
    assert Report.from_json(REPORT.to_json()) == REPORT


def test_the_schema():
    data = json.loads(REPORT.to_json())
    assert list(data) == ["schema", "exercise", "file", "verdict", "checks", "seconds", "versions"]
    assert list(data["checks"][0]) == ["name", "outcome", "says", "mistake", "example", "line"]
    assert data["schema"] == 1


def test_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema 9"):
        Report.from_dict({**REPORT.to_dict(), "schema": 9})


def test_the_worst_outcome_is_the_verdict():
    checks = [Check(name, name) for name in VERDICTS]
    while checks:
        assert verdict_of(tuple(reversed(checks))) == checks[0].outcome
        checks.pop(0)


def test_no_check_is_no_pass():
    for checks in ((), (Check("one", "skipped"),)):
        with pytest.raises(ValueError, match="No check ran"):
            verdict_of(checks)
