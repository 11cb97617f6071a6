"""The main door, as a learner uses it: real runs of pytest on real files.

A run with torch takes seconds, so one run over many folders is shared: each folder under `home`
holds one `exercises/` with the same exercise in another state.
"""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from grader.judge import catalogue, render

PROJECT = Path(__file__).resolve().parents[1]
PLUGIN = "grader.views.pytest_plugin"
AGREES = catalogue.AGREEMENT
CARD = catalogue.find("attention/causal")
OTHER = catalogue.find("attention/kv_cache")
FILE = f"exercises/{CARD.id}.py"
STUB = render.stub(CARD)
RIGHT = render.solution(CARD)
MISALIGNED = RIGHT.replace("torch.arange(tk - tq, tk,", "torch.arange(0, tq,")
BEGIN = "    tq, tk, d = "

LAID = {
    "right": RIGHT.replace(BEGIN, f"    print('heard from right')\n{BEGIN}", 1),
    "wrong": MISALIGNED.replace(BEGIN, f"    print('heard \\x1b[31m from wrong')\n{BEGIN}", 1),
    "stub": STUB,
    "typo": RIGHT.replace("def causal", "deff causal"),
    "unloadable": f"import torch\n\nx = 1 / 0\n{RIGHT}",
    "exits": f"{RIGHT}\nimport sys\nsys.exit(0)\n",
    "crashes": RIGHT.replace(BEGIN, f"    import os; os._exit(0)\n{BEGIN}", 1),
    "raises": RIGHT.replace(BEGIN, f"    nothing[0]\n{BEGIN}", 1),
    "empty": "\n",
    "nameless": "x = 1\n",
}
SETTINGS = f"[pytest]\naddopts = -p {PLUGIN}\n"


@dataclasses.dataclass
class Run:
    """A finished run of pytest, and what it wrote as junit xml."""

    status: int
    output: str
    cases: dict[tuple[str, str], ET.Element]

    def of(self, folder: str) -> dict[str, str]:
        """The outcomes of a folder's items, by name."""
        return {
            name: outcome(case) for (where, name), case in self.cases.items() if where == folder
        }

    def text(self, folder: str, name: str) -> str:
        """What a failing item says."""
        return self.cases[folder, name].findtext("failure") or ""


def outcome(case: ET.Element) -> str:
    kinds = [kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None]
    return kinds[0] if kinds else "passed"


def run(*arguments: str | Path, cwd: Path, loaded: str = "named", **env: str) -> Run:
    """Run pytest as the learner would.

    loaded: how the plugin is loaded: "named" as in a clone, "installed" as an entry point, "both".
    """
    report = cwd / "report.xml"
    report.unlink(missing_ok=True)
    path = [str(PROJECT)]
    if loaded != "named":
        path.append(str(entry_point(cwd)))
    settings = ["-o", "addopts="] if loaded == "installed" else []
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "" if loaded != "named" else "1",
        "COLUMNS": "160",
        "HOME": str(cwd),
        **env,
    }
    command = [sys.executable, "-W", "error", "-m", "pytest", f"--junitxml={report}", *settings]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env={name: value for name, value in environment.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=240,
    )
    cases = ET.parse(report).iter("testcase") if report.exists() else ()
    return Run(done.returncode, done.stdout, {place(case): case for case in cases})


def place(case: ET.Element) -> tuple[str, str]:
    """The folder that an item's file was laid in, and the item's name."""
    return case.get("classname", "").partition(".")[0], case.get("name", "")


def entry_point(folder: Path) -> Path:
    """A folder that makes the plugin look installed."""
    info = folder / "site" / "unaided_stand_in-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: unaided-stand-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{PLUGIN} = {PLUGIN}\n")
    return info.parent


def lay(folder: Path, text: str, file: str = FILE) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


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
    case = everything.cases["wrong", AGREES]
    assert case.get("classname") == "wrong.exercises.attention.causal"
    facts = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert facts == {"exercise": CARD.id, "outcome": "failed", "mistake": "top_left_aligned"}
    message = case.find("failure").get("message")
    assert message in everything.text("wrong", AGREES).replace("\n", " ") or "is" in message
    assert "Error" not in message
    passed = everything.cases["right", AGREES]
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
    line = STUB.splitlines().index(next(s for s in STUB.splitlines() if s.startswith("def "))) + 1
    assert f"stub/{FILE}:{line}" in everything.text("stub", "is_written") + everything.output
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
    reason = everything.cases[folder, CARD.checks[1]].find("skipped").get("message")
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
    told = failures.split("heard \\x1b[31m from wrong", 1)[0].splitlines()
    assert "Captured stdout call" in told[-1]
    assert failures.count("Captured stdout call") == 1
    assert "lines cut" in failures  # it prints in every call
    assert "\x1b" not in everything.output
    assert "heard from right" in passes


def test_nothing_is_left_behind(everything, home):
    left = {p.name for p in home.rglob("*") if p.is_dir()} - {"attention", "exercises", *LAID}
    assert left <= {".pytest_cache", "v", "cache"}


# The ways to choose.


def test_xdist_gives_the_same_outcomes(everything, home):
    found = run(".", "-n2", "-p", "xdist", cwd=home)
    assert found.status == 1
    assert {key: outcome(case) for key, case in found.cases.items()} == {
        key: outcome(case) for key, case in everything.cases.items()
    }
    assert found.text("wrong", AGREES) == everything.text("wrong", AGREES)
    assert "grader/" not in found.output


def test_one_check_of_one_file_from_inside_its_folder(home):
    folder = home / "wrong" / "exercises" / "attention"
    found = run(f"causal.py::{CARD.laws[-1]}", f"causal.py::{AGREES}", cwd=folder)
    assert {name: outcome(case) for (_, name), case in found.cases.items()} == {
        CARD.laws[-1]: "passed",
        AGREES: "failure",
    }
    assert f"pytest causal.py::{AGREES}" in found.output


def test_k_x_and_options(home):
    found = run(
        *("wrong", "right", "-x", "-k", "reference or huge", "--drill-seed=3"),
        *("--drill-examples=5",),
        cwd=home,
    )
    assert {(where, name): outcome(case) for (where, name), case in found.cases.items()} == {
        ("wrong", AGREES): "failure"
    }
    assert "stopping after 1 failures" in found.output
    assert f"pytest wrong/{FILE}::{AGREES} --drill-examples=5 --drill-seed=3" in found.output


def test_without_capturing_all_output_is_shown(home):
    found = run(home / "right" / FILE, "-s", "-k", "huge", cwd=home / "stub")
    assert found.status == 0
    assert "heard from right" in found.output
    assert "Captured" not in found.output


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
    found = run(".", "--collect-only", "-q", cwd=home, loaded=loaded)
    (home / "conftest.py").unlink()
    assert found.status == 0, found.output
    assert f"right/{FILE}::{AGREES}" in found.output
    assert f"stub/{FILE}::is_written" in found.output
    assert f"heavy: [] count: {7 * len(CARD.checks) + 4}" in found.output
    assert "parents: ['ExerciseFile']" in found.output
    assert "callspec: False" in found.output
