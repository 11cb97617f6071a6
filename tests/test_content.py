"""What every page must hold to, and what the engine must not know of any."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn, optim

from grader.bench.start import Forked
from grader.judge import catalogue, content

TESTS = Path(__file__).resolve().parent
PROJECT = TESTS.parent
IDS = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in (PROJECT / "reference").glob("*/*.py")
    if not path.stem.startswith("_")
)
# All tests of a page go to one worker: what the page does with its cases is remembered there.
every_page = pytest.mark.parametrize(
    "id", [pytest.param(id, id=id, marks=pytest.mark.xdist_group(id)) for id in IDS]
)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every process is started fresh")
def test_the_judge_of_these_tests_forks(judge):
    assert isinstance(judge._starter, Forked), "a test module imports a page; import it in the test"


@every_page
def test_page_holds_to_the_content_laws(id, judge):
    found = list(content.problems(catalogue.find(id), judge, PROJECT / "exercises"))
    assert found == []


@every_page
def test_right_solutions_in_other_styles_pass(id, judge):
    files = solutions("right", id)
    assert len(files) >= 2, f"tests/right/{id} holds {len(files)} files"
    reports = [judge.grade(catalogue.find(id), path) for path in files]
    assert [told(report) for report in reports if not report.passed] == []


@every_page
def test_wrong_solutions_do_not_pass(id, judge):
    files = solutions("wrong", id)
    assert files, f"tests/wrong/{id} holds no file"
    faults = {path.name: judge.rejects(catalogue.find(id), path) for path in files}
    # One that does not even load, or is a stub, would prove nothing.
    useless = ("broken", "missing", "crashed")
    assert [name for name, fault in faults.items() if not fault or fault.outcome in useless] == []


@every_page
def test_page_has_a_second_oracle(id):
    path = TESTS / "oracles" / f"test_{id.replace('/', '_')}.py"
    assert path.is_file()
    assert "def test_" in path.read_text(encoding="utf-8")


@every_page
def test_engine_does_not_know_the_exercise(id):
    track, name = id.split("/")
    names = {id, f"{track}.{name}", f"{track}_{name}", name, catalogue.find(id).entry}
    words = filter(is_telling, sorted(names))
    known = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)")
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in engine().items()
        for match in known.finditer(text)
    ]
    assert found == []


def is_telling(word: str) -> bool:
    """Whether a word can only mean an exercise: no plain word, and none that torch uses too."""
    plain = word.isalpha() and word.islower()
    return not plain and not any(hasattr(of, word) for of in (F, nn, nn.utils, optim, torch.Tensor))


def solutions(kind: str, id: str) -> list[Path]:
    return sorted((TESTS / kind / id).glob("*.py"))


def told(report) -> str:
    fault = report.faults[0] if report.faults else None
    return f"{Path(report.file).name}: {report.verdict}, {fault and (fault.name, fault.says)}"


@cache
def engine() -> dict[str, str]:
    """The text of every file of the engine; what is shown to newcomers is about one exercise."""
    shown = re.compile(r"views/(demo|attempts)")
    paths = [path.relative_to(PROJECT).as_posix() for path in (PROJECT / "grader").rglob("*.py")]
    return {
        path: (PROJECT / path).read_text(encoding="utf-8")
        for path in sorted(paths)
        if not shown.search(path)
    }
