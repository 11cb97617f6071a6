"""The main door, as a learner uses it: real runs of pytest on real files.

A run with torch takes seconds, so one run over many folders is shared: each folder under `home`
holds one `exercises/` with the same exercise in another state.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from grader.judge import catalogue, render
from tests.pytest_runs import (
    CARD,
    FILE,
    OTHER,
    PROJECT,
    RIGHT,
    SETTINGS,
    STUB,
    lay,
    outcome,
    place,
    run,
)

AGREES = catalogue.AGREEMENT
BEGIN = "    tq, tk, d = "
MISALIGNED = RIGHT.replace("torch.arange(tk - tq, tk,", "torch.arange(0, tq,")

LAID = {
    "right": RIGHT.replace(BEGIN, f"    print('heard from right')\n{BEGIN}", 1),
    "wrong": MISALIGNED.replace(BEGIN, f"    print('heard \\x1b[31m from wrong')\n{BEGIN}", 1),
    "careless": RIGHT.replace("if tq > tk:", "print('heard from careless')\n    if False:"),
    "stub": STUB,
    "typo": RIGHT.replace("def causal", "deff causal"),
    "unloadable": f"import torch\n\nx = 1 / 0\n{RIGHT}",
    "exits": f"{RIGHT}\nimport sys\nsys.exit(0)\n",
    "crashes": RIGHT.replace(BEGIN, f"    import os; os._exit(0)\n{BEGIN}", 1),
    "raises": RIGHT.replace(BEGIN, f"    nothing[0]\n{BEGIN}", 1),
    "empty": "\n",
    "nameless": "x = 1\n",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    (folder / "pytest.ini").write_text(SETTINGS)
    for name, text in LAID.items():
        lay(folder / name, text)
    lay(folder / "stub", render.stub(OTHER), f"exercises/{OTHER.id}.py")
    return folder


@pytest.fixture(scope="module")
def everything(home):
    """One run over all folders."""
    return run(".", "-rA", cwd=home)


# What the run shows of each state of a file.


def test_a_right_file_passes_every_check(everything):
    assert everything.of("right") == dict.fromkeys(CARD.checks, "passed")
    assert everything.status == 1


def test_a_wrong_file_fails_with_the_verdict_alone(everything):
    assert everything.of("wrong")[AGREES] == "failure"
    assert everything.of("wrong")[catalogue.ARGUMENTS] == "passed"
    text = everything.text("wrong", AGREES)
    for part in ("smallest input", "your value", "right value", "Top left aligned."):
        assert part in text
    assert text.endswith(f"pytest wrong/{FILE}::{AGREES}")


def test_no_failure_shows_our_code(everything):
    shown = everything.output
    assert shown.count(" FAILURES ") == 1
    for ours in ("grader/", "grader\\", "Traceback", "AssertionError", str(PROJECT), "def runtest"):
        assert ours not in shown


def test_junit_names_the_check_the_sentence_and_the_mistake(everything):
    case = everything.cases[place("wrong"), AGREES]
    facts = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert facts == {"exercise": CARD.id, "outcome": "failed", "mistake": "top_left_aligned"}
    message = case.find("failure").get("message")
    assert re.match(r"`result` is .*\. Your mask counts from the first key", message)
    passed = everything.cases[place("right"), AGREES]
    assert ("outcome", "passed") in {
        (p.get("name"), p.get("value")) for p in passed.iter("property")
    }


def test_the_short_summary_says_what_broke(everything):
    lines = re.findall(r"^FAILED (\S+) - (.+)$", everything.output, re.MULTILINE)
    says = dict(lines)
    assert says[f"stub/{FILE}::is_written"] == "`causal_attention` is not written yet."
    assert says[f"wrong/{FILE}::{AGREES}"].startswith("`result` is ")
    assert says[f"unloadable/{FILE}::{AGREES}"].startswith("Loading it raised ZeroDivisionError")


def test_a_stub_is_one_failing_item_with_the_path_to_open(everything, home):
    assert everything.of("stub") == {"is_written": "failure"}
    line = STUB[: STUB.index("\ndef ")].count("\n") + 2
    assert f"stub/{FILE}:{line}\n" in everything.output
    assert f"stub/exercises/{OTHER.id}.py:" in everything.output
    assert everything.output.count("is not written yet.\n") == 4  # each: told, then summed up


def test_a_syntax_error_is_one_item_with_its_line(everything):
    assert everything.of("typo") == {"can_be_loaded": "failure"}
    text = everything.text("typo", "can_be_loaded")
    assert "Python cannot read it: invalid syntax." in text
    assert re.search(rf"typo/{FILE}:\d+\n +deff causal_attention", text)


@pytest.mark.parametrize(
    ("folder", "says", "where"),
    [
        ("unloadable", "Loading it raised ZeroDivisionError in line 3: division by zero.", ":3\n"),
        ("exits", "Loading it raised SystemExit", f":{LAID['exits'].count(chr(10))}\n"),
        ("nameless", "It defines no `causal_attention`", "\n"),
    ],
)
def test_a_file_that_cannot_be_loaded_fails_once(everything, folder, says, where):
    outcomes = everything.of(folder)
    assert outcomes.pop(AGREES) == "failure"
    assert set(outcomes.values()) == {"skipped"}
    assert list(outcomes) == list(CARD.checks[1:])
    text = everything.text(folder, AGREES)
    assert text.startswith(f"✗ {says}")
    assert f"{folder}/{FILE}{where}" in text
    reason = everything.cases[place(folder), CARD.checks[1]].find("skipped").get("message")
    assert reason.startswith(f"Not run, see {AGREES}: {says}")
    assert f"[{len(outcomes)}] {folder}/{FILE}:" in everything.output  # where it was skipped


def test_an_empty_file_is_told_apart(everything):
    assert everything.of("empty") == {"can_be_loaded": "failure"}
    assert "The file is empty" in everything.text("empty", "can_be_loaded")


def test_a_file_that_ends_its_process_is_no_pass(everything):
    outcomes = everything.of("crashes")
    assert outcomes.pop(AGREES) == "failure"
    assert set(outcomes.values()) == {"skipped"}
    assert "exit status 0" in everything.text("crashes", AGREES)


def test_an_exception_is_told_with_the_learners_line(everything):
    text = everything.text("raises", AGREES)
    number = LAID["raises"][: LAID["raises"].index("nothing[0]")].count("\n") + 1
    assert "NameError" in text
    assert re.search(rf"raises/{FILE}:{number}\n +nothing\[0\]", text)


def test_output_is_shown_once_and_beside_the_first_fault(everything):
    failures, _, passes = everything.output.partition(" PASSES ")
    for heard, fault in (("wrong", AGREES), ("careless", "more_queries_than_keys")):
        before = re.split(rf"heard.* from {heard}\n", failures)[0]
        assert before.endswith(" Captured stdout call " + before.rpartition(" ")[2])
        assert fault.replace("_", " ") in re.findall("^_+ (.*) _+$", before, re.MULTILINE)[-1]
    assert failures.count("Captured stdout call") == 2
    assert "lines cut" in failures  # they print in every call
    assert "heard \\x1b[31m from wrong" in failures
    assert "\x1b" not in everything.output
    assert "heard from right" in passes


def test_nothing_is_left_behind(everything, home):
    left = {p.name for p in home.rglob("*") if p.is_dir()} - {"attention", "exercises", *LAID}
    assert left <= {".pytest_cache", "v", "cache"}


# The ways to choose.


def test_xdist_gives_the_same_outcomes(everything, home):
    folders = [f"{name}/exercises" for name in LAID]
    found = run(*folders, "-n2", "-v", "-p", "xdist", cwd=home)
    assert found.status == 1
    workers = set(re.findall(r"\[(gw\d)\].* (\S+)::", found.output))
    files = [file for _, file in workers]
    assert len({gw for gw, _ in workers}) == 2
    assert len(files) == len(set(files)) == len(LAID) + 1  # all of a file went to one worker
    assert {key: outcome(case) for key, case in found.cases.items()} == {
        key: outcome(case) for key, case in everything.cases.items()
    }
    assert found.text("wrong", AGREES) == everything.text("wrong", AGREES)
    assert "grader/" not in found.output


def test_one_check_of_one_file_from_inside_its_folder(home):
    folder = home / "wrong" / "exercises" / "attention"
    found = run(f"causal.py::{CARD.laws[-1]}", f"causal.py::{AGREES}", "-s", cwd=folder)
    assert {name: outcome(case) for (_, name), case in found.cases.items()} == {
        CARD.laws[-1]: "passed",
        AGREES: "failure",
    }
    assert f"pytest causal.py::{AGREES}" in found.output
    # With -s nothing is captured, and nothing is cut.
    assert found.output.count("heard \\x1b[31m from wrong") > 30
    assert "Captured" not in found.output


def test_k_x_and_options(home):
    found = run(
        *("wrong", "right", "-x", "-k", "reference or huge", "--drill-seed=3"),
        *("--drill-examples=5",),
        cwd=home,
    )
    assert {(where, name): outcome(case) for (where, name), case in found.cases.items()} == {
        (place("wrong"), AGREES): "failure"
    }
    assert "stopping after 1 failures" in found.output
    assert f"pytest wrong/{FILE}::{AGREES} --drill-examples=5 --drill-seed=3" in found.output


# Collection: no torch, no failure, nobody else's files.

WATCH = """
    import sys

    def pytest_sessionfinish(session):
        heavy = {"torch", "numpy", "hypothesis", "rich"} & set(sys.modules)
        print("heavy:", sorted(heavy), "count:", len(session.items))
        print("parents:", sorted({type(i.parent).__name__ for i in session.items}))
        print("callspec:", any(hasattr(i, "callspec") for i in session.items))
"""


def watch(folder: Path) -> None:
    (folder / "conftest.py").write_text(textwrap.dedent(WATCH))


@pytest.mark.parametrize("loaded", ["named", "installed", "both"])
def test_collecting_needs_no_torch_however_the_plugin_is_loaded(home, loaded):
    watch(home)
    found = run(".", "--collect-only", "-q", "--doctest-modules", cwd=home, loaded=loaded)
    (home / "conftest.py").unlink()
    assert found.status == 0, found.output
    assert f"right/{FILE}::{AGREES}" in found.output
    assert f"stub/{FILE}::is_written" in found.output
    assert f"heavy: [] count: {8 * len(CARD.checks) + 4}" in found.output
    assert "parents: ['ExerciseFile']" in found.output
    assert "callspec: False" in found.output


@pytest.mark.parametrize(
    ("arguments", "status", "outcomes"),
    [
        ([FILE], 1, {"is_written": "failure"}),
        ([f"{FILE}::{AGREES}"], 1, {AGREES: "failure"}),
        (
            [f"{FILE}::{AGREES}", f"{FILE}::{CARD.laws[0]}"],
            1,
            {AGREES: "failure", CARD.laws[0]: "skipped"},
        ),
        ([FILE, "-k", CARD.laws[0], "--tb=line"], 1, {"is_written": "failure"}),
        ([FILE, "-k", "nonsense"], 5, {}),
    ],
)
def test_a_stub_however_it_is_asked_for(home, arguments, status, outcomes):
    found = run(*arguments, cwd=home / "stub")
    assert {name: outcome(case) for (_, name), case in found.cases.items()} == outcomes
    assert found.status == status
    assert "Traceback" not in found.output
