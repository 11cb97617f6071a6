"""Files that break, flood, hang or fool: each gets the verdict that its first line expects."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.report import Report
from tests.support import HERE

FAULTS = {path.stem: path for path in sorted((HERE / "faults").glob("*.py"))}
TRACE = Path("/tmp/unaided-was-here")


def said(path: Path, word: str) -> str:
    """What a file says of itself in a comment line: `# expected: ...`, `# naive: ...`."""
    found = re.search(rf"^# {word}: (.*)$", path.read_text(errors="replace"), re.MULTILINE)
    return found.group(1) if found else ""


def expected(path: Path) -> list[str]:
    return (said(path, "expected") or "broken").split(" or ")


def graded(files: list[Path], seconds: float, way: str = "forked") -> list[dict[str, Any]]:
    """The reports on files by one judge in a process of its own, then what it left behind."""
    command = [sys.executable, "-m", "tests.grade_all", str(seconds), way, *map(str, files)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TMPDIR": folder}
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent, check=True, env=environment
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


@cache
def everything() -> tuple[dict[str, Report], dict[str, Any]]:
    """All reports by name, and what was left. What only ends by the clock gets a short one."""
    slow = [path for path in FAULTS.values() if "timeout" in expected(path)]
    others = [path for path in FAULTS.values() if path not in slow]
    rows = graded(slow, 1.5)
    left = rows.pop()
    rows += graded(others, 20)
    also = rows.pop()
    reports = {Path(row["file"]).stem: Report.from_dict(row) for row in rows}
    return reports, {name: (left[name], also[name]) for name in left}


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("name", FAULTS)
def test_verdict(name):
    report = everything()[0][name]
    assert report.verdict in expected(FAULTS[name]), report.faults[:1]


@pytest.mark.xdist_group("faults")
def test_nothing_is_left_behind():
    _, left = everything()
    assert left["processes"] == ([], [])
    assert left["files"] == ([], [])
    assert not TRACE.exists()
    assert (HERE / "faults" / "removes_its_own_file.py").exists()


@pytest.mark.xdist_group("faults")
def test_every_message_can_be_printed_on_one_screen():
    for report in everything()[0].values():
        for check in report.checks:
            assert len(check.says) < 2_000
            assert all(line.isprintable() for line in check.says.split("\n")), report.file


def test_a_naive_grader_falls_for_the_tricks():
    tricks = [path for path in FAULTS.values() if said(path, "naive")]
    assert len(tricks) > 10
    command = [sys.executable, "-m", "tests.naive", *map(str, tricks)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent, check=True)
    verdicts = [line for line in done.stdout.splitlines() if line in ("passed", "failed")]
    found = dict(zip((path.stem for path in tricks), verdicts, strict=True))
    assert found == {path.stem: said(path, "naive") for path in tricks}


def test_a_killed_grader_takes_everything_with_it(tmp_path):
    file = tmp_path / "loop_of_a_killed_grader.py"
    file.write_text(FAULTS["loop_in_a_call"].read_text())
    command = [sys.executable, "-m", "grader", "grade", "attention/causal", str(file)]
    grader = subprocess.Popen(command, cwd=HERE.parent, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(running(file.name)) < 3 and time.monotonic() < deadline:  # it, zygote, child
        time.sleep(0.05)
    assert len(running(file.name)) == 3
    grader.kill()
    grader.wait()
    while running(file.name) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(file.name) == []


def running(word: str) -> list[str]:
    """Processes with a word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += [path.parent.name] if word.encode() in path.read_bytes() else []
    return found


def test_without_a_zygote_the_verdicts_are_the_same():
    names = ("control_right", "control_wrong", "exit_0_in_a_call", "loop_in_a_call", "stub")
    rows = graded([FAULTS[name] for name in names], 8, "fresh")
    left = rows.pop()
    assert [row["verdict"] for row in rows] == [said(FAULTS[n], "expected") for n in names]
    assert left["processes"] == []
    assert not left["isolated"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x = '\0'", "Python cannot read it"),
        (b"# " + b"x" * (2 << 20), "bytes; more than"),
        (b"((" * 5000, "Python cannot read it"),
        (b"\xef\xbb\xbfx = 1", "defines no `causal_attention`"),
    ],
    ids=["null byte", "enormous", "nested", "byte order mark"],
)
def test_odd_sources_are_told_apart(tmp_path, data, says):
    file = tmp_path / "causal.py"
    file.write_bytes(data)
    report, _ = graded([file], 20)
    assert report["verdict"] == "broken"
    assert says in report["checks"][0]["says"]
