"""Nothing of a learner's is lost: reset, init, and what authors' commands write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.judge import catalogue, render
from grader.views import author, cli
from grader.views.workspace import Workspace, write

ROOT = Path(__file__).parents[1]
CAUSAL = "attention/causal"
WRITTEN = "def causal_attention(q, k, v):\n    return v  # mine\n"


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, and we are in it."""
    folder = tmp_path / "my practice"
    Workspace(folder).lay(catalogue.find(CAUSAL))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def mine(practice: Path) -> Path:
    """The learner's file of an exercise, with something in it."""
    path = practice / "exercises" / f"{CAUSAL}.py"
    path.write_text(WRITTEN)
    return path


def drill(*words: str, cwd: Path, input: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, with something typed in."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=input,
        capture_output=True,
        text=True,
        timeout=300,
    )


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_reset_keeps_the_attempt_and_says_where(
    mine: Path, practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):  # also several times in one second
        mine.write_text(WRITTEN + f"# {number}\n")
        assert cli.main(["reset", CAUSAL, "--yes"]) == 0
        assert mine.read_text() == render.stub(catalogue.find(CAUSAL))
        told = " ".join(capsys.readouterr().out.split())
        kept = sorted((practice / ".drill" / "attempts" / CAUSAL).iterdir())
        assert len(kept) == number
        assert any(str(path.relative_to(practice)) in told for path in kept)
    assert {path.read_text() for path in kept} == {WRITTEN + f"# {n}\n" for n in (1, 2, 3)}


@pytest.mark.parametrize("answer", ["n\n", "", "\n", "what\n"])
def test_reset_without_a_yes_changes_nothing(answer: str, mine: Path, practice: Path) -> None:
    before = everything(practice)
    end = drill("reset", CAUSAL, cwd=practice, input=answer)
    assert end.returncode == 1
    assert "--yes" in end.stderr
    assert everything(practice) == before


def test_reset_with_a_yes_typed_in(mine: Path, practice: Path) -> None:
    assert drill("reset", CAUSAL, cwd=practice, input="y\n").returncode == 0
    assert WRITTEN.encode() in everything(practice).values()


def test_reset_of_an_untouched_stub_or_of_nothing_keeps_no_copy(
    practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = practice / "exercises" / f"{CAUSAL}.py"
    before = everything(practice)
    assert cli.main(["reset", CAUSAL]) == 0
    path.unlink()
    assert cli.main(["reset", CAUSAL]) == 0
    assert everything(practice) == before


def test_init_writes_every_stub_and_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", "mine"]) == 0
    assert "cd mine" in capsys.readouterr().out
    folder = tmp_path / "mine"
    for card in catalogue.cards():
        assert (folder / "exercises" / f"{card.id}.py").read_text() == render.stub(card)
    (folder / "exercises" / f"{CAUSAL}.py").write_text(WRITTEN)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "exercises" / "attention" / "rope.py").unlink()
    before = everything(folder)
    assert cli.main(["init", "mine"]) == 0
    after = everything(folder)
    assert set(after) - set(before) == {"exercises/attention/rope.py"}
    assert {name: after[name] for name in before} == before


def test_init_leaves_the_pytest_settings_of_a_project_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init"]) == 0
    assert not (tmp_path / "pytest.ini").exists()


def test_init_refuses_a_file(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", str(mine)]) == 2
    assert mine.read_text() == WRITTEN


# For authors.


def test_new_writes_a_page_that_can_be_read_and_never_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reference").mkdir()
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "attention/linear"]) == 0
    path = tmp_path / "reference" / "attention" / "linear.py"
    card = catalogue.read(path, "attention/linear", "reference")
    assert (card.entry, len(card.hints), len(card.laws)) == ("linear", 3, 1)
    path.write_text("mine")
    assert cli.main(["new", "attention/linear"]) == 2
    assert path.read_text() == "mine"


def test_check_write_renders_stubs_but_not_over_a_learners_work(
    mine: Path, practice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(author, "_checked", lambda *_: 0)
    entry = catalogue.find("attention/rope").entry
    old = f"# an older stub\nimport torch\n\n\ndef {entry}(x):\n    raise NotImplementedError\n"
    half = render.stub(catalogue.find("attention/padding")) + "\n\ndef helper():\n    return 1\n"
    rope, padding = (practice / "exercises" / "attention" / f"{n}.py" for n in ("rope", "padding"))
    rope.write_text(old)
    padding.write_text(half)
    assert cli.main(["check", CAUSAL, "attention/rope", "attention/padding", "--write"]) == 0
    assert mine.read_text() == WRITTEN
    assert padding.read_text() == half
    assert rope.read_text() == render.stub(catalogue.find("attention/rope"))
    kept = (practice / ".drill" / "attempts" / "attention" / "rope").iterdir()
    assert [path.read_text() for path in kept] == [old]


# What the system or a damaged history refuses stops no more than it must.


@pytest.mark.parametrize(
    ("words", "blocked"),
    [
        (["hint", CAUSAL], ".drill"),
        (["reset", CAUSAL, "--yes"], f".drill/attempts/{CAUSAL}"),
        (["start", CAUSAL], f".drill/attempts/{CAUSAL}"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_and_no_fault_of_ours(
    words: list[str],
    blocked: str,
    mine: Path,
    practice: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (practice / blocked).parent.mkdir(parents=True, exist_ok=True)
    (practice / blocked).write_text("a file where a folder is to be")
    assert cli.main(words) == 1
    err = capsys.readouterr().err
    assert f"{practice / blocked} cannot be used: File exists. Check" in err
    assert "our fault" not in err
    assert mine.read_text() == WRITTEN


def test_a_file_that_is_being_written_is_called_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError) as refused:
        write(tmp_path / "there", "text")
    assert refused.value.filename == str(tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    shell = f"{sys.executable} -m grader show {CAUSAL} > /dev/full; echo $?"
    end = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True)
    assert end.stdout == "1\n"
    assert end.stderr.startswith("drill: What was to be written cannot be used: No space left")
    assert len(end.stderr.splitlines()) == 1


def test_hints_and_solutions_come_also_where_the_history_cannot_be_used(
    practice: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (practice / "data").write_text("a file where the folder should be")
    monkeypatch.setenv("UNAIDED_DATA", str(practice / "data" / "deeper"))
    for words in (["hint", CAUSAL], ["solution", CAUSAL, "--give-up"]):
        assert cli.main(words) == 0
        out, err = capsys.readouterr()
        assert len(out) > 40
        assert err.startswith("drill: This was not written down.")
    with contextlib.closing(sqlite3.connect(practice / "history.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    monkeypatch.setenv("UNAIDED_DATA", str(practice))
    assert cli.main(["hint", CAUSAL]) == 0
    assert "newer version" in capsys.readouterr().err


def test_a_note_may_have_any_bytes(practice: Path) -> None:
    assert cli.main(["note", "--add", os.fsdecode(b"scores \xff first")]) == 0
    assert (practice / "notes.md").read_text(encoding="utf-8").endswith("scores \\udcff first\n")
