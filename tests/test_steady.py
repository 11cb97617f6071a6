"""Cases depend on the seed, and not on what else happens to be imported."""

import importlib
import sys

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from grader.judge.steady import steadily


def test_cases_do_not_depend_on_the_modules_that_are_loaded(tmp_path, monkeypatch):
    (tmp_path / "unlikely.py").write_text("CONSTANTS = [1234567, 7654321, 3141592, 2718281]\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    with steadily():
        before = drawn()
    plain = drawn()
    importlib.import_module("unlikely")
    with steadily():
        assert drawn() == before
        assert not {1234567, 7654321, 3141592, 2718281} & set(before)
    assert drawn() != plain, "hypothesis looks for no constants any more: `steadily` can go"
    del sys.modules["unlikely"]


def drawn():
    values = []

    @seed(0)
    @settings(max_examples=300, database=None, deadline=None)
    @given(st.integers(0, 10_000_000))
    def collect(value):
        values.append(value)

    collect()
    return values
