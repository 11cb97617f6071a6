"""`drill grade` and what else grades, in processes of their own: verdicts, statuses, streams."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from grader.judge import catalogue, render
from grader.report import Report
from grader.views.demos.first import ATTEMPTS

ROOT = Path(__file__).parents[1]
CAUSAL = "attention/causal"
WRONG, RIGHT = ATTEMPTS / "first_try.py", ATTEMPTS / "second_try.py"
LOUD = """\
print("loaded \\x1b[31mred")
def causal_attention(q, k, v):
    raise KeyError("no such head")
"""
STOPS = """\
def causal_attention(q, k, v):
    breakpoint()
    return v
"""


def drill(
    *words: object, cwd: Path = ROOT, input: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own; no terminal anywhere."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **variables}
    command = [sys.executable, "-m", "grader", *map(str, words)]
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        input=input,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's folder with one right file, a loud one, and a stub."""
    folder = tmp_path_factory.mktemp("practice")
    own = folder / "exercises" / "attention" / "causal.py"
    own.parent.mkdir(parents=True)
    own.write_text(RIGHT.read_text())
    (folder / "loud.py").write_text(LOUD)
    (folder / "stub.py").write_text(render.stub(catalogue.find(CAUSAL)))
    return folder


@pytest.fixture(scope="module")
def many(practice: Path) -> subprocess.CompletedProcess[str]:
    """Several files in one command, one of which is not there."""
    files = ("loud.py", "gone.py", "stub.py", RIGHT, "loud.py")
    return drill("grade", CAUSAL, *files, "--json", cwd=practice)


def test_reports_come_one_a_line_in_order_and_nothing_else_does(
    many: subprocess.CompletedProcess[str],
) -> None:
    reports = [Report.from_json(row) for row in many.stdout.splitlines()]
    names = [Path(report.file).name for report in reports]
    assert names == ["loud.py", "stub.py", RIGHT.name, "loud.py"]
    assert [r.verdict for r in reports] == ["error", "missing", "passed", "error"]
    assert reports[0].checks[0].line == 3
    assert [c.outcome for c in reports[0].checks] == [c.outcome for c in reports[3].checks]


def test_an_unreadable_file_is_told_and_does_not_stop_the_others(
    many: subprocess.CompletedProcess[str],
) -> None:
    assert many.returncode == 2
    told = [row for row in many.stderr.splitlines() if row.startswith("drill: ")]
    assert told == [
        "drill: gone.py cannot be read: No such file or directory. "
        "Check the path and its permissions."
    ]


def test_what_learner_code_prints_goes_to_standard_error_marked_as_such(
    many: subprocess.CompletedProcess[str],
) -> None:
    assert "--- printed by loud.py ---\n| loaded \\x1b[31mred\n" in many.stderr
    assert "\x1b" not in many.stderr + many.stdout


@pytest.fixture(scope="module")
def failing() -> subprocess.CompletedProcess[str]:
    return drill("grade", CAUSAL, WRONG)


def test_a_wrong_file_is_1_and_its_screen_names_the_mistake(
    failing: subprocess.CompletedProcess[str],
) -> None:
    assert (failing.returncode, failing.stderr) == (1, "")
    assert failing.stdout.startswith("✗ ")
    told = " ".join(failing.stdout.split())
    parts = ("smallest input", "your value", "right value", "Top left aligned.", "the LAST Tq")
    assert [part for part in (*parts, str(WRONG), "sha256") if part not in told] == []


def test_the_command_that_is_printed_replays_the_check(
    failing: subprocess.CompletedProcess[str],
) -> None:
    _, *words = shlex.split(failing.stdout.rstrip().splitlines()[-1])
    again = drill(*words, "--json")
    assert again.returncode == 1
    (check,) = Report.from_json(again.stdout).checks
    assert check.mistake == "top_left_aligned"
    assert check.says.split("\n")[0] in " ".join(failing.stdout.split())


def test_a_right_file_of_ones_own_is_0_and_opens_the_solution(practice: Path) -> None:
    end = drill("grade", CAUSAL, cwd=practice / "exercises")
    assert (end.returncode, end.stderr) == (0, "")
    laws = len(catalogue.find(CAUSAL).checks)
    assert f"all {laws} laws hold" in end.stdout
    assert "next            drill start attention/" in end.stdout
    end = drill("solution", CAUSAL, cwd=practice)
    assert (end.returncode, end.stderr) == (0, "")
    assert render.solution(catalogue.find(CAUSAL)) in end.stdout


def test_a_side_effect_can_be_checked_alone(practice: Path) -> None:
    path = practice / "changes.py"
    path.write_text(
        RIGHT.read_text().replace("    scores = q @", "    q.data += 1\n    scores = q @")
    )
    name = catalogue.ARGUMENTS
    end = drill("grade", CAUSAL, path, "--only", name, "--json")
    (check,) = Report.from_json(end.stdout).checks
    assert (end.returncode, check.name, check.outcome) == (1, name, "failed")


def test_inline_stops_in_the_debugger_and_can_be_left(practice: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (practice / "stops.py").write_text(STOPS)
    words = ("grade", CAUSAL, "stops.py", "--inline")
    typed = "p 6 * 7\np q.shape == k.shape\nq\n"
    end = drill(*words, cwd=practice, input=typed, TMPDIR=str(scratch))
    assert end.returncode == 130
    assert "(Pdb) 42\n(Pdb) True\n" in end.stdout
    assert "without limits" in end.stderr
    assert "Traceback" not in end.stderr
    assert list(scratch.iterdir()) == []


def test_inline_comes_to_the_same_verdict(practice: Path) -> None:
    end = drill("grade", CAUSAL, RIGHT, "loud.py", "--inline", "--json", cwd=practice)
    reports = [Report.from_json(row) for row in end.stdout.splitlines()]
    assert [report.verdict for report in reports] == ["passed", "error"]
    assert end.returncode == 1


def test_a_fault_of_ours_in_one_file_is_3_and_the_others_are_graded(practice: Path) -> None:
    code = (
        "import contextlib, sys\n"
        "from grader.views import cli, grading\n"
        "class Judge:\n"
        "    def grade(self, card, path):\n"
        "        if path.name == 'loud.py': raise RuntimeError('a pipe broke')\n"
        "        from grader.report import Check, Report\n"
        "        return Report(card.id, str(path), 'passed', (Check('a', 'passed'),), 0.1)\n"
        "grading.open_judge = lambda options: contextlib.nullcontext(Judge())\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    words = ["grade", CAUSAL, "loud.py", str(RIGHT), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *words]
    end = subprocess.run(command, cwd=practice, env=environment, capture_output=True, text=True)
    assert end.returncode == 3
    assert len(end.stdout.splitlines()) == 1
    assert "a pipe broke" in end.stderr
    assert "our fault" in end.stderr
    assert "Traceback" not in end.stderr


def test_demo_without_a_terminal_shows_both_attempts_and_ends(tmp_path: Path) -> None:
    end = drill("demo", cwd=tmp_path)
    assert (end.returncode, end.stderr) == (0, "")
    wrong, named = end.stdout.index("smallest input"), end.stdout.index("Top left aligned.")
    assert wrong < named < end.stdout.index("passed: all") < end.stdout.index("drill init")


def test_check_tells_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    good = drill("check", CAUSAL, cwd=tmp_path)
    assert (good.returncode, good.stderr) == (0, "")
    assert f"✓ {CAUSAL}" in good.stdout
    stale = tmp_path / "exercises" / "attention" / "causal.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("def causal_attention(q):\n    raise NotImplementedError\n")
    bad = drill("check", CAUSAL, cwd=tmp_path)
    assert bad.returncode == 1
    assert f"✗ {CAUSAL}" in bad.stdout
    assert "is not current" in " ".join(bad.stdout.split())
