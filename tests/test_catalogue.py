"""The catalogue: ids, order, nearest names, and packs of third parties."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import textwrap

import pytest

from grader.judge import catalogue
from tests.packs import PAGE, drill, lay
from tests.support import HERE


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
    pages = {"goodpack": PAGE, "badpack": "exercise = 1 +"}
    return lay(tmp_path, pages, good="goodpack", bad="badpack", gone="nowhere")


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


ORDER = """
import json, sys, warnings
from grader.judge import catalogue
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    tracks = list(dict.fromkeys(card.track for card in catalogue.cards()))
loaded = [name for name in ("reference", "goodpack", "badpack", "torch") if name in sys.modules]
print(json.dumps([tracks, loaded, [str(w.message) for w in told]]))
"""


def tracks_of(packs, init):
    """Tracks in their order, what was imported for it, and the warnings."""
    for track in ("areas", "roots"):
        (packs / "goodpack" / track).mkdir(exist_ok=True)
        (packs / "goodpack" / track / "double.py").write_text(PAGE.lstrip())
    (packs / "goodpack" / "__init__.py").write_text(init)
    done = subprocess.run(
        [sys.executable, "-c", ORDER],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{packs}:{HERE.parent}"},
        check=True,
    )
    return json.loads(done.stdout)


OURS = ["attention", "decoding", "training", "rag", "agent"]


@pytest.mark.parametrize(
    ("init", "order"),
    [
        ("", ["areas", "roots", "sums"]),
        ("import torch\nTRACKS = ('sums', 'nothing', 'roots')\n", ["sums", "roots", "areas"]),
        ("TRACKS: tuple[str, ...] = ('roots', 'attention')\n", ["roots", "areas", "sums"]),
        ("TRACKS = 5\n", ["areas", "roots", "sums"]),
    ],
)
def test_tracks_come_as_their_package_lists_them_which_is_not_imported(packs, init, order):
    tracks, loaded, told = tracks_of(packs, init)
    assert tracks == OURS + order
    assert loaded == []
    assert not any("order" in text for text in told)


@pytest.mark.parametrize("init", ["TRACKS = sorted(['sums', 'areas'])\n", "TRACKS = (\n"])
def test_an_order_of_tracks_that_cannot_be_read_is_told_and_the_names_decide(packs, init):
    tracks, _, told = tracks_of(packs, init)
    assert tracks == [*OURS, "areas", "roots", "sums"]
    assert sum("order of the tracks of 'goodpack' is unknown" in text for text in told) == 1


def test_the_order_of_our_tracks_names_each_of_them():
    tracks = {card.track for card in catalogue.cards()}
    assert tracks == set(importlib.import_module("reference").TRACKS) == set(OURS)


def test_a_page_that_leaves_something_out_is_told(tmp_path):
    page = tmp_path / "x.py"
    page.write_text(textwrap.dedent(PAGE).replace('tier="A", ', ""))
    with pytest.raises(catalogue.BadPage, match="tier"):
        catalogue.read(page, "sums/x", "sums")
