"""Code that never ends: a page's own mistake is told as such, and a law says why it matters."""

from __future__ import annotations

import json
import time

import pytest

from grader.bench.alarm import Late, alarm
from grader.bench.link import Fault
from grader.bench.session import Inline
from tests.packs import PAGE, drill, lay

MORE = '''

@exercise.law(edges=lambda: [{"x": 100}, {"x": 200}, {"x": 300}])
def large_numbers_too(solution, x):
    """Who waits for an answer waits for ever."""
    same(solution(x), 2 * x)


@exercise.mistake("forever", "You never stop.")
def forever(x):
    while True:
        try:
            x += 1
        except Exception:
            return x


@exercise.mistake("large_ones_only", "You never stop from 50 on.")
def large_ones_only(x):
    while x >= 50:
        pass
    return 2 * x


exercise.mistake("thrice", "You count to three.", swap={"2 * x": "3 * x"})
'''
ENDLESS = PAGE.replace('tier="A"', 'seconds=0.4, tier="A"') + MORE


def test_a_mistake_of_a_page_that_never_ends_is_told_and_the_others_are_named(tmp_path):
    lay(tmp_path, {"endless": ENDLESS}, endless="endless")
    done = drill(tmp_path, "check", "sums/endless_double")
    told = " ".join(done.stdout.split())
    assert done.returncode == 1
    for name, check in (
        ("forever", "agrees_with_the_reference"),
        ("large_ones_only", "large_numbers_too"),
    ):
        why = f"named None by {check}: It was stopped after 0.4 seconds in one call"
        assert f"The mistake {name} is not named as itself but {why}" in told
    assert "thrice" not in told
    assert "squared" not in told
    assert "The reference" not in told


def test_the_verdict_on_what_never_ends_gives_the_reason_of_the_law(tmp_path):
    lay(tmp_path, {"endless": ENDLESS}, endless="endless")
    slow = tmp_path / "slow.py"
    slow.write_text("def double(x):\n    while x >= 50:\n        pass\n    return 2 * x\n")
    report = json.loads(drill(tmp_path, "grade", "sums/endless_double", "slow.py", "--json").stdout)
    check = report["checks"][1]
    assert (report["verdict"], check["outcome"]) == ("timeout", "timeout")
    assert check["says"] == (
        "It was stopped after 0.4 seconds in one call, without an answer. "
        "Who waits for an answer waits for ever."
    )
    assert check["example"]["inputs"] == {"x": "100"}


def test_what_runs_inline_is_stopped_in_time_and_goes_on_afterwards():
    def double(x):
        while x < 0:
            pass
        return 2 * x

    solution = Inline(0.2).adopt(double)
    assert solution(2) == 4
    began = time.monotonic()
    with pytest.raises(Fault, match=r"stopped after 0.2 seconds in one call") as caught:
        solution(-1)
    assert 0.15 < time.monotonic() - began < 10
    assert caught.value.kind == "timeout"
    time.sleep(0.3)  # no alarm is left over
    assert solution(3) == 6


def test_an_alarm_that_was_caught_rings_again():
    caught = []
    with pytest.raises(Late), alarm(0.05) as rang:
        while len(caught) < 2:
            try:
                while True:
                    pass
            except Late:
                caught.append(time.monotonic())
                if len(caught) == 2:
                    raise
    assert len(rang) == 2


def test_who_waits_has_longer_than_who_computes():
    with alarm(0.2) as rang:
        time.sleep(0.6)
    assert rang == []
    with pytest.raises(Late), alarm(0.1):
        time.sleep(60)


def test_without_a_limit_nothing_rings():
    with alarm(None) as rang:
        time.sleep(0.05)
    assert rang == []
