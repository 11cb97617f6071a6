"""`drill doctor`: what it prints, how it ends, and that it changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.coach.doctor import ABSENT, OFF, ON, UNKNOWN
from tests.fake_home import Home, a_home

ROOT = Path(__file__).parents[1]
SWITCH = "chat.disableAIFeatures"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fake programs are shells")


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        yield home


def _hash(root: Path) -> str:
    """Everything that a look could change in a folder, but the times of reading."""
    facts = [
        (str(path.relative_to(root)), path.stat().st_mtime_ns, path.stat().st_mode,
         path.read_bytes() if path.is_file() else b"")
        for path in sorted(root.rglob("*"))
    ]  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()


@pytest.fixture
def full(fake: Home) -> Home:
    """A home with something in every state."""
    fake.write(".config/Code/User/settings.json", {})
    fake.write(".config/zed/settings.json", {"disable_ai": True})
    fake.write(".config/Cursor/User/settings.json", "{nonsense")
    fake.write(".config/JetBrains/PyCharm2026.1/options/other.xml")
    fake.write(".vim/pack/x/start/copilot.vim/x")
    fake.write("./exercises/attention/causal.py", "def causal(): ...\n")
    return fake


def drill(fake: Home, *words: str, columns: int = 88) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("XDG_", "JUPYTER", "VSCODE", "NVIM"))
    }  # fmt: skip
    environment |= {"HOME": str(fake.home), "PYTHONPATH": str(ROOT), "COLUMNS": str(columns)}
    command = [sys.executable, "-B", "-m", "grader", "doctor", *words]
    return subprocess.run(
        command, cwd=fake.project, env=environment, capture_output=True, text=True, timeout=60
    )


def test_doctor_as_a_command_changes_nothing_and_says_what_is_on(full: Home) -> None:
    before = _hash(full.root)
    told, facts = drill(full), json.loads(drill(full, "--json").stdout)
    assert _hash(full.root) == before
    assert told.returncode == 1
    text = " ".join(told.stdout.split())
    assert "✗ VS Code: Neither ./.vscode/settings.json nor" in text
    assert f'In ./.vscode/settings.json set `"{SWITCH}": true`.' in text
    assert "· Zed: ~/.config/zed/settings.json sets `disable_ai` to true." in text
    assert "changed nothing" in text
    order = [told.stdout.index(head) for head in ("On\n", "Unknown:", "Off by setting:", "No sign")]
    assert order == sorted(order)
    assert facts["level"].startswith("on: VS Code")
    assert {item["state"] for item in facts["findings"]} == {ON, UNKNOWN, OFF, ABSENT}


def test_the_exit_status_is_0_as_soon_as_nothing_is_on(full: Home) -> None:
    full.write("./.vscode/settings.json", {SWITCH: True})
    end = drill(full, "--json")
    on = [item for item in json.loads(end.stdout)["findings"] if item["state"] == ON]
    assert "VS Code" not in {item["tool"] for item in on}
    assert end.returncode == (1 if on else 0)  # an agent of this machine's may be running


def test_it_never_says_that_ai_is_off(full: Home) -> None:
    told = [drill(full, *words).stdout for words in ((), ("--json",))]
    for change in ({SWITCH: True}, {SWITCH: False}, {"editor.inlineSuggest.enabled": False}):
        full.write("./.vscode/settings.json", change)
        full.write("./.noai")
        told.append(drill(full).stdout)
    assert not [text for text in told if "ai is off" in " ".join(text.split()).lower()]
    assert all("browser" in text for text in told)


@pytest.mark.parametrize("columns", [60, 100])
def test_it_fits_the_terminal(columns: int, full: Home) -> None:
    rows = drill(full, columns=columns).stdout.splitlines()
    assert max(map(len, rows)) <= columns


def test_it_imports_nothing_that_grades(full: Home) -> None:
    heavy = ("torch", "numpy", "hypothesis", "grader.bench", "rich")
    code = (
        "import sys; from grader.views.cli import main; main(['doctor']); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    environment = {**os.environ, "HOME": str(full.home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    end = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert end.stderr.strip() == "[]"
