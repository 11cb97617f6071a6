"""The catalogue: ids, order, nearest names, and packs of third parties."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import textwrap

import pytest

from grader.judge import catalogue
from tests.support import HERE

PAGE = '''
"""A title.

Statement.
"""
from grader.words import Exercise, same

exercise = Exercise(
    tier="A", level=1, minutes=5, source="us", hints=("a", "b", "c"), ask=(("Q?", "A."),)
)


@exercise.solution
def double(x):
    """Twice x."""
    return 2 * x


@exercise.edges
def numbers():
    return [{"x": 1}, {"x": 2}, {"x": 3}, {"x": 5}]


exercise.mistake("squared", "You square.", swap={"2 * x": "x * x"})
'''


def test_what_is_needed_comes_first():
    order = [card.id for card in catalogue.cards()]
    for card in catalogue.cards():
        for need in card.needs:
            if need in order and need.split("/")[0] == card.track:
                assert order.index(need) < order.index(card.id)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("attention/casual", "attention/causal"),
        ("causal", "attention/causal"),
        ("decoding/topp", "decoding/top_p"),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(wrong, near):
    with pytest.raises(catalogue.UnknownExercise, match=near):
        catalogue.find(wrong)


@pytest.mark.parametrize("wrong", ["", "/", "../x/y", "attention/../attention/causal", "zzz/qqq"])
def test_odd_ids_are_unknown(wrong):
    with pytest.raises(catalogue.UnknownExercise):
        catalogue.find(wrong)


def test_a_card_tells_what_the_page_declares():
    for card in catalogue.cards():
        exercise = importlib.import_module(card.module).exercise
        assert card.laws == tuple(exercise.laws)
        assert card.mistakes == tuple(exercise.mistakes)
        assert card.hints == exercise.hints
        assert card.ask == exercise.ask
        assert card.minutes == exercise.minutes


@pytest.fixture
def packs(tmp_path):
    """A folder to put on the path: one good pack, one with a bad page, one that is not there."""
    for name, page in (("goodpack", PAGE), ("badpack", "exercise = 1 +")):
        folder = tmp_path / name / "sums"
        folder.mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        (folder / "__init__.py").touch()
        (folder / f"{name}_double.py").write_text(page.lstrip())
    info = tmp_path / "packs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: packs\nVersion: 1.0\n")
    points = "[unaided.packs]\ngood = goodpack\nbad = badpack\ngone = nowhere\n"
    (info / "entry_points.txt").write_text(points)
    return tmp_path


def drill(folder, *words):
    code = "import sys; from grader.views.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{HERE.parent}", "PATH": "", "HOME": str(folder)},
        check=False,
    )


def test_a_pack_is_listed_and_graded_and_broken_ones_break_nothing(packs):
    listed = drill(packs, "list", "--json")
    ids = [row["id"] for row in json.loads(listed.stdout)]
    assert "sums/goodpack_double" in ids
    assert "attention/causal" in ids
    assert "gone" in listed.stderr
    right = packs / "right.py"
    right.write_text("def double(x):\n    return x + x\n")
    wrong = packs / "wrong.py"
    wrong.write_text("def double(x):\n    return x ** 2\n")
    done = drill(packs, "grade", "sums/goodpack_double", str(right), str(wrong), "--json")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["verdict"] == "passed"
    assert (second["verdict"], second["checks"][0]["mistake"]) == ("failed", "squared")


def test_a_page_that_leaves_something_out_is_told(tmp_path):
    page = tmp_path / "x.py"
    page.write_text(textwrap.dedent(PAGE).replace('tier="A", ', ""))
    with pytest.raises(catalogue.BadPage, match="tier"):
        catalogue.read(page, "sums/x", "sums")
