"""What pytest takes for an exercise, and what it says where there is none to grade."""

from __future__ import annotations

import shutil

import pytest

from grader.judge import catalogue
from tests.pytest_runs import CARD, FILE, PROJECT, RIGHT, SETTINGS, STUB, entry_point, lay, run

AGREES = catalogue.AGREEMENT


@pytest.fixture
def practice(tmp_path):
    """A learner's folder that is no clone, with one stub."""
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    lay(tmp_path, STUB)
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("exercises/attention/cosal.py", "Did you mean attention/causal"),
        ("exercises/attention/kv_cache.py", "kv_cache.py is not there; `drill init` writes what"),
        ("exercises/decoding", "exercises/decoding is not there; `drill init` writes what"),
        ("exercises/atention", "There is no track 'atention'. Did you mean attention"),
        (f"{FILE}::agrees", f"has no check 'agrees'. Did you mean {AGREES}"),
    ],
)
def test_an_argument_that_names_nothing_is_told_what_is_near(practice, argument, says):
    lay(practice, RIGHT)
    found = run(argument, cwd=practice)
    assert found.status == 4
    assert says in found.output
    assert "Traceback" not in found.output


def test_a_file_with_the_name_of_no_exercise(practice):
    lay(practice, "raise SystemExit('run by pytest')", "exercises/attention/casual.py")
    lay(practice, "raise SystemExit('run by pytest')", "exercises/attention/my_notes.py")
    walked = run("exercises", cwd=practice)
    assert walked.of("exercises") == {"is_written": "failure"}
    note = "exercises/attention/casual.py was not graded: no exercise has this name. Did you mean"
    assert f"{note} attention/causal?" in walked.output
    assert "my_notes" not in walked.output
    named = run("exercises/attention/casual.py", cwd=practice)
    assert named.of("exercises") == {"is_an_exercise": "failure"}
    says = "There is no exercise 'attention/casual'. Did you mean attention/causal?"
    assert says in named.output
    assert "was not graded" not in named.output
    assert "run by pytest" not in walked.output + named.output


def test_a_folder_without_exercises_is_not_green(tmp_path):
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    lay(tmp_path, "", "exercises/attention/notes.py")
    for arguments, shown in (["exercises/attention"], "exercises/attention"), ([], "exercises"):
        found = run(*arguments, cwd=tmp_path)
        assert found.status == 5
        assert f"No exercise lies in {shown}: it is a file exercises/TRACK/NAME.py" in found.output


def test_wrong_options_are_told(practice):
    found = run("--drill-examples=0", cwd=practice)
    assert found.status == 4
    assert "--drill-examples: must be a whole number, 1 or more, not '0'" in found.output


def test_other_projects_are_left_alone(tmp_path):
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    lay(tmp_path, "def test_theirs(): assert True", "tests/test_theirs.py")
    lay(tmp_path, "def test_others(): assert True", "exercises/attention/test_others.py")
    lay(tmp_path, "def test_named(): assert True", "attention/causal.py")
    lay(tmp_path, "def test_named(): assert True", "exercises/week1/homework.py")
    files = ["attention/causal.py", "exercises/week1/homework.py"]
    found = run("tests", "exercises/attention", *files, cwd=tmp_path)
    assert found.status == 0, found.output
    names = ["test_theirs", "test_others", "test_named", "test_named"]
    assert [name for _, name in found.cases] == names
    assert "drill" not in found.output


def test_a_file_that_was_named_may_lie_anywhere(practice):
    lay(practice, STUB, "elsewhere/attention/causal.py")
    assert run("elsewhere", cwd=practice).status == 5
    found = run("elsewhere/attention", cwd=practice)
    assert found.of("elsewhere") == {"is_written": "failure"}


def test_a_clone_that_is_not_installed_works_from_anywhere(tmp_path):
    clone, elsewhere = tmp_path / "clone", tmp_path / "elsewhere"
    for name in ("grader", "reference"):
        shutil.copytree(PROJECT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", clone)
    elsewhere.mkdir()
    path = lay(clone, STUB)
    for cwd, argument in (
        (clone, "exercises/attention"),
        (path.parent, "causal.py"),
        (path.parent, "."),
        (elsewhere, path),
    ):
        found = run(argument, cwd=cwd, loaded="clone")
        assert found.of("exercises") == {"is_written": "failure"}, found.output


# Faults of ours are told as such.

PAGE = CARD.path.read_text(encoding="utf-8")


@pytest.fixture
def packs(tmp_path):
    """A learner's folder, and a pack with two faulty pages of three; another pack is gone."""
    site = entry_point(tmp_path)
    pages = {
        "fine": PAGE,
        "boom": f"{PAGE}\nraise RuntimeError('a fault in the page')\n",
        "no_page": PAGE.replace('    tier="A",\n', ""),
    }
    for name, text in pages.items():
        lay(site, text, f"ours/extra/{name}.py")
        lay(tmp_path, RIGHT, f"exercises/extra/{name}.py")
    lay(site, PAGE, "ours/extra/vanishing.py")
    path = lay(tmp_path, RIGHT, "exercises/extra/vanishing.py")
    hook = f"import pathlib\ndef pytest_runtestloop(): pathlib.Path({str(path)!r}).unlink()\n"
    lay(tmp_path, hook, "conftest.py")
    for folder in ("ours", "ours/extra"):
        lay(site, "", f"{folder}/__init__.py")
    with next(site.glob("*/entry_points.txt")).open("a") as points:
        points.write("[unaided.packs]\nmine = ours\ngone = not_there\n")
    return tmp_path


def test_a_faulty_page_is_an_error_of_ours_and_harms_nothing_else(packs):
    found = run("exercises", "-rs", cwd=packs, loaded="installed")
    skipped = dict.fromkeys(CARD.checks[1:], "skipped")
    assert found.of("exercises.extra.fine") == dict.fromkeys(CARD.checks, "passed")
    assert found.of("exercises.extra.boom") == {AGREES: "error", **skipped}
    assert found.of("exercises.extra.no_page") == {"can_be_loaded": "error"}
    assert found.of("exercises.extra.vanishing") == {AGREES: "failure", **skipped}
    assert "It cannot be opened: No such file or directory." in found.output
    assert found.status == 1
    says = "extra/boom could not be graded, and not for a fault of your file (RuntimeError: a fault"
    assert says in found.output
    assert "extra/no_page could not be graded, and not for a fault of your file (" in found.output
    assert "--tb=native" in found.output
    assert "Traceback" not in found.output
    assert found.output.count("The pack 'gone' was left out") == 1
    (packs / "conftest.py").unlink()
    told = run("exercises/extra/no_page.py", "--tb=native", cwd=packs, loaded="installed")
    assert "Traceback" in told.output
