"""`drill report` as a process of its own: what it writes, leaves alone, opens and says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.views.report.page import MARK
from tests.histories import Learner
from tests.webpage import Reader, section

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A practice folder with a history, and we are in it."""
    monkeypatch.setenv("UNAIDED_DATA", str(tmp_path / "data"))
    Learner(tmp_path / "data").does("attention/scaled", "failed", "passed")
    (tmp_path / "mine" / "exercises").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def drill(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_writes_into_the_folder_of_the_practice_again_and_again(folder):
    for _ in range(2):
        end = drill("report")
        assert (end.returncode, end.stderr) == (0, "")
        assert str(Path(".drill") / "report.html") in end.stdout
    root = Reader((folder / ".drill" / "report.html").read_text(encoding="utf-8")).root
    assert "attention/scaled" in section(root, "Rounds").text
    assert [path.name for path in (folder / ".drill").iterdir()] == ["report.html"]


def test_it_writes_over_no_file_of_another_kind_unless_forced(folder):
    (folder / ".drill").mkdir()
    for path in (folder / ".drill" / "report.html", folder / "notes.html"):
        words = ["--out", str(path)] if path.name == "notes.html" else []
        path.write_text("<p>mine</p>")
        end = drill("report", *words)
        assert (end.returncode, end.stdout) == (2, "")
        assert len(end.stderr.splitlines()) == 1
        assert [part for part in (path.name, "--force", "--out") if part not in end.stderr] == []
        assert path.read_text() == "<p>mine</p>"
        assert drill("report", *words, "--force").returncode == 0
        assert MARK in path.read_text(encoding="utf-8")
        assert drill("report", *words).returncode == 0  # now it is ours


def test_out_names_a_new_file_also_in_a_new_folder(folder):
    assert drill("report", "--out", "a/b.html").returncode == 0
    assert MARK in (folder / "a" / "b.html").read_text(encoding="utf-8")
    assert not (folder / ".drill").exists()


@pytest.mark.parametrize("where", ["exercises", "file/report.html"])
def test_what_is_no_file_is_left_alone_even_when_forced(folder, where):
    (folder / "file").write_text("mine")
    end = drill("report", "--out", where, "--force")
    assert end.returncode == 2
    assert len(end.stderr.splitlines()) == 1
    assert "--out" in end.stderr
    assert (folder / "file").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name")
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_device_is_neither_read_nor_replaced(folder, force):
    os.mkfifo(folder / "pipe")  # to read it would wait for ever
    assert drill("report", "--out", "pipe", *force).returncode == 2
    assert (folder / "pipe").is_fifo()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_stays_a_link(folder):
    (folder / "real.html").write_text(MARK)
    (folder / "link.html").symlink_to("real.html")
    assert drill("report", "--out", "link.html").returncode == 0
    assert (folder / "link.html").is_symlink()
    assert "<h1>" in (folder / "real.html").read_text(encoding="utf-8")


def test_outside_a_practice_folder_it_lies_beside_the_history(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert drill("report").returncode == 0
    assert (tmp_path / "data" / "report.html").exists()
    assert drill("report", "--out", "r.html").returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="a browser that is a shell script")
def test_open_shows_it_in_the_browser_and_says_where_there_is_none(folder, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/shown"\n')
    browser.chmod(0o755)
    assert drill("report", "--open", BROWSER=f"{browser} %s").returncode == 0
    address = (folder / ".drill" / "report.html").as_uri()
    assert (tmp_path / "shown").read_text().strip() == address
    nowhere = {"BROWSER": "/nowhere/at/all", "PATH": str(tmp_path / "no"), "DISPLAY": ""}
    end = drill("report", "--open", **nowhere)
    assert end.returncode == 0
    assert "open .drill/report.html in one yourself" in end.stderr


def test_nothing_that_grades_is_imported(folder):
    code = (
        "import sys; from grader.views.cli import main; main(sys.argv[1:]); "
        "print([m for m in ('torch', 'numpy', 'hypothesis') if m in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "report"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    end = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert end.stderr.splitlines() == ["[]"]
