"""Cases depend on the seed, and not on what else happens to be imported."""

import subprocess
import sys

from tests.support import HERE

SCRIPT = """
import importlib
from hypothesis import given, seed, settings, strategies as st
from grader.judge.steady import steadily

def drawn():
    values = []

    @seed(0)
    @settings(max_examples=300, database=None, deadline=None)
    @given(st.integers(0, 10_000_000))
    def collect(value):
        values.append(value)

    collect()
    return values

with steadily():
    before = drawn()
plain = drawn()
importlib.import_module("unlikely")
with steadily():
    assert drawn() == before
assert drawn() != plain, "hypothesis looks for no constants any more: `steadily` can go"
"""


def test_cases_do_not_depend_on_the_modules_that_are_loaded(tmp_path):
    (tmp_path / "unlikely.py").write_text("CONSTANTS = [1234567, 7654321, 3141592, 2718281]\n")
    path = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(HERE.parent)!r}]\n"
    done = subprocess.run(
        [sys.executable, "-c", path + SCRIPT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
