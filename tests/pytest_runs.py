"""Running pytest as a learner does, in a process of its own, on files laid for it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from grader.judge import catalogue, render

PROJECT = Path(__file__).resolve().parents[1]
PLUGIN = "grader.views.pytest_plugin"
SETTINGS = f"[pytest]\naddopts = -p {PLUGIN}\n"

CARD = catalogue.find("attention/causal")
OTHER = catalogue.find("attention/kv_cache")
FILE = f"exercises/{CARD.id}.py"
STUB = render.stub(CARD)
RIGHT = render.solution(CARD)


@dataclass
class Run:
    """A finished run of pytest, and what it wrote as junit xml."""

    status: int
    output: str
    cases: dict[tuple[str, str], ET.Element]

    def of(self, start: str) -> dict[str, str]:
        """The outcomes of the items of a folder, or of one file, by name."""
        found = ((where, name) for where, name in self.cases if f"{where}.".startswith(f"{start}."))
        return {key[1]: outcome(self.cases[key]) for key in found}

    def text(self, folder: str, name: str) -> str:
        """What a failing item of a folder's exercise says."""
        return self.cases[place(folder), name].findtext("failure") or ""


def place(folder: str) -> str:
    """What junit calls the exercise's file in a folder."""
    return f"{folder}.exercises.attention.causal"


def outcome(case: ET.Element) -> str:
    """What became of an item."""
    kinds = [kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None]
    return kinds[0] if kinds else "passed"


def run(*arguments: str | Path, cwd: Path, loaded: str = "named") -> Run:
    """Run pytest as the learner would, with every warning an error.

    loaded: how the plugin is found: "named" in the settings of a folder, "installed" as an entry
    point, "both", or in a "clone" that is not installed, by the clone's own settings.
    """
    paths = [PROJECT] if loaded == "named" else [PROJECT, entry_point(cwd)]
    if loaded == "clone":
        paths = [Path(sysconfig.get_path("purelib"))]  # and -S: nothing that pip has linked there
    environment = {
        "PATH": os.environ["PATH"],
        "COLUMNS": "160",
        "HOME": str(cwd),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }
    if loaded in ("named", "clone"):
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    report = cwd / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-W", "error", *["-S"] * (loaded == "clone"), "-m", "pytest"]
    settings = ["-o", "addopts="] if loaded == "installed" else []
    done = subprocess.run(
        [*command, f"--junitxml={report}", *settings, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=240,
    )
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
    keyed = {(case.get("classname", ""), case.get("name", "")): case for case in cases}
    return Run(done.returncode, done.stdout, keyed)


def entry_point(folder: Path) -> Path:
    """A folder that makes the plugin look installed."""
    info = folder / "site" / "unaided_stand_in-1.dist-info"
    if info.exists():
        return info.parent
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: unaided-stand-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{PLUGIN} = {PLUGIN}\n")
    return info.parent


def lay(folder: Path, text: str, file: str = FILE) -> Path:
    """Write a file, by default of the exercise."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
