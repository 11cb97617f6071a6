"""The command `drill` where it does not grade: what it says, writes, keeps and refuses."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from grader.judge import catalogue, render
from grader.views import cli
from grader.views.workspace import Workspace

ROOT = Path(__file__).parents[1]
CAUSAL = "attention/causal"
HEAVY = ("torch", "numpy", "hypothesis")
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


def drill(*words: str, cwd: Path = ROOT, **options: object) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "grader", *words]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, **options
    )


# What does not grade is quick.

QUICK = (
    [],
    ["--help"],
    ["--version"],
    ["grade", "--help"],
    ["list"],
    ["list", "--json"],
    ["show", CAUSAL],
    ["hint", CAUSAL],
    ["solution", CAUSAL, "--plain"],
    ["solution", CAUSAL, "--give-up"],
    ["solution", CAUSAL],
    ["reset", CAUSAL, "--yes"],
    ["init", "."],
    ["grade", "attention/casual", "x.py"],
    ["grade", CAUSAL, "nowhere.py"],
    ["watch", CAUSAL],
)


@pytest.mark.parametrize("words", QUICK, ids=" ".join)
def test_what_does_not_grade_imports_nothing_heavy(words: list[str], practice: Path) -> None:
    code = (
        "import sys; from grader.views.cli import main; status = main(sys.argv[1:]); "
        f"heavy = [m for m in {HEAVY} if m in sys.modules]; "
        "print(f'heavy: {heavy}', file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    end = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert end.stderr.splitlines()[-1] == "heavy: []"


def test_help_takes_less_than_a_fifth_of_a_second() -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert drill("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(4)) < 0.2


# Wrong use is status 2 and one sentence on what to do.

MISUSES = {
    "no such command": (["grad"], ["'grad'", "Did you mean grade"]),
    "no such exercise": (["show", "attention/casual"], ["'attention/casual'", CAUSAL]),
    "only its name": (["show", "causal"], ["'causal'", CAUSAL]),
    "no such file": (["grade", CAUSAL, "gone.py"], ["gone.py", "No such file"]),
    "a folder": (["grade", CAUSAL, "."], [". cannot be read", "directory"]),
    "no such check": (["grade", CAUSAL, "x.py", "--only", "huge"], ["'huge'", "huge_scores_stay"]),
    "seed": (["grade", CAUSAL, "--seed", "-1"], ["--seed"]),
    "examples": (["grade", CAUSAL, "--examples", "0"], ["--examples", "'0'", "1 to 10000"]),
    "no such option": (["list", "--jsn"], ["--jsn", "drill"]),
    "nothing named": (["hint"], ["ID", "drill hint --help"]),
    "not an id": (["new", "Causal"], ["'Causal'", "track/exercise"]),
    "no terminal": (["watch", CAUSAL], ["terminal", f"drill grade {CAUSAL}"]),
}


@pytest.mark.parametrize("name", MISUSES)
def test_wrong_use_ends_with_2_and_names_thing_value_and_remedy(
    name: str, practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, told = MISUSES[name]
    assert cli.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("drill: ")
    assert len(err.splitlines()) == 1
    assert [part for part in told if part not in err] == []


@pytest.mark.parametrize("words", [["hint", CAUSAL], ["watch"], ["reset", CAUSAL]])
def test_outside_a_learners_folder_it_says_how_to_make_one(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    assert "drill init" in capsys.readouterr().err


def test_a_fault_of_ours_is_3_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise KeyError("oh")

    monkeypatch.setattr(render, "solution", broken)
    assert cli.main(["solution", CAUSAL, "--plain"]) == 3
    err = capsys.readouterr().err
    assert "our fault" in err
    assert "issue tracker" in err
    assert "Traceback" not in err
    assert cli.main(["solution", CAUSAL, "--plain", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    shell = f"{sys.executable} -m grader show {CAUSAL} | true; echo ${{PIPESTATUS[0]}}"
    end = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True)
    assert (end.stdout.strip(), end.stderr) == ("0", "")


# Reading.


def test_list_in_json_has_every_exercise_with_its_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["list", "--json"]) == 0
    found = {facts["id"]: facts for facts in json.loads(capsys.readouterr().out)}
    assert list(found) == [card.id for card in catalogue.cards()]
    card = catalogue.find(CAUSAL)
    assert found[CAUSAL] == {
        "id": CAUSAL,
        "title": "Causal attention",
        "track": "attention",
        "tier": "A",
        "level": 1,
        "minutes": 10,
        "laws": len(card.laws),
        "mistakes": len(card.mistakes),
        "hints": 3,
        "ask": 2,
    }


def test_list_tells_what_is_written(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["list"])
    rows = capsys.readouterr().out.splitlines()
    assert next(row for row in rows if f" {CAUSAL} " in row).split()[0] == "✓"
    mine.write_text(render.stub(catalogue.find(CAUSAL)))
    cli.main(["list"])
    rows = capsys.readouterr().out.splitlines()
    assert next(row for row in rows if f" {CAUSAL} " in row).split()[0] == "·"


@pytest.mark.parametrize("columns", ["40", "60", "120"])
def test_list_fits_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    cli.main(["list"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= max(int(columns), 60)


def test_show_is_the_statement_and_an_id_may_be_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", f"exercises/{CAUSAL}.py"]) == 0
    assert catalogue.find(CAUSAL).statement in capsys.readouterr().out


def test_the_overview_names_the_next_exercise(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([]) == 0
    out = capsys.readouterr().out
    assert f"1 of {len(catalogue.cards())}" in out
    assert "attention/scaled_dot_product" in out


def test_hints_come_one_at_a_time_and_are_remembered(
    practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hints = [" ".join(text.split()) for text in catalogue.find(CAUSAL).hints]

    def shown() -> list[int]:
        assert cli.main(["hint", CAUSAL]) == 0
        text = " ".join(capsys.readouterr().out.split())
        return [number for number, hint in enumerate(hints, 1) if hint in text]

    assert [shown(), shown(), shown()] == [[1], [2], [3]]
    assert shown() == [1, 2, 3]
    cli.main(["hint", CAUSAL, "--again"])
    assert hints[0] in " ".join(capsys.readouterr().out.split())
    assert shown() == [2]


def test_what_was_remembered_of_others_survives_and_nonsense_does_no_harm(practice: Path) -> None:
    path = practice / ".drill" / "hints.json"
    path.parent.mkdir()
    path.write_text('{"another/exercise": 2}')
    assert cli.main(["hint", CAUSAL]) == 0
    assert json.loads(path.read_text()) == {"another/exercise": 2, CAUSAL: 1}
    path.write_text("{nonsense")
    assert cli.main(["hint", CAUSAL]) == 0
    assert json.loads(path.read_text()) == {CAUSAL: 1}
    assert [p.name for p in path.parent.iterdir()] == ["hints.json"]


def test_the_solution_stays_closed_until_it_is_earned_or_given_up(
    practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = catalogue.find(CAUSAL)
    assert cli.main(["solution", CAUSAL]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "not written yet" in err
    assert "--give-up" in err
    assert cli.main(["solution", CAUSAL, "--give-up"]) == 0
    out = capsys.readouterr().out
    assert render.solution(card) in out
    text = " ".join(out.split())
    assert all(" ".join(part.split()) in text for question in card.ask for part in question)


def test_the_plain_solution_is_the_file_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["solution", CAUSAL, "--plain"]) == 0
    assert capsys.readouterr().out == render.solution(catalogue.find(CAUSAL))
