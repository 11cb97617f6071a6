"""The verdict as text: snapshots of whole screens, and what holds for each of them.

Write the snapshots again with `UPDATE_SNAPSHOTS=1 pytest tests/test_text.py`, then read the diff.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from grader.judge import catalogue, explain
from grader.judge.options import Options
from grader.judge.page import Observation
from grader.report import Check, Report
from grader.views.layout import (
    fitted,
    height,
    joined,
    line,
    shortened,
    statement,
    text_of,
    visible,
)
from grader.views.text import About, plain, plain_check, screen
from grader.words.compare import difference
from grader.words.expect import Broken

SNAPSHOTS = Path(__file__).parent / "snapshots"
ABOUT = About("0123456789ab", ("import torch", "", "def f(x):", "    return x.t() @ x"))
TENSOR = "[[1, 0],\n [-3, 0.5]]  (float64, 2×2)"
WRONG = Check(
    "agrees_with_the_reference",
    "failed",
    "`result` is 1 at [0, 0], not 0.731059 (2 of 4 values differ).\n"
    "Your mask counts from the first key, but the queries are the LAST Tq positions.",
    "top_left_aligned",
    {
        "inputs": {"q": "[[1]]  (float64, 1×1)", "key": TENSOR},
        "got": TENSOR,
        "want": TENSOR,
        "where": "Wrong: only values above the diagonal.",
        "picture": "·x\n··",
    },
)
RAISED = Check(
    "the_last_queries_alone_give_the_last_outputs",
    "error",
    "It raised IndexError in line 4: Dimension out of range.",
    example={"inputs": {"x": TENSOR}},
    line=4,
)
HELD = Check("huge_scores_stay_finite", "passed", "16 cases")
QUIET = Check("leaves_its_arguments_alone", "passed")
LOST = Check("huge_scores_stay_finite", "timeout", "It was stopped after 5 seconds in one call.")
IDLE = Check("leaves_its_arguments_alone", "skipped", "Not run: huge scores ended the process.")
UNWRITTEN = Check("is_written", "missing", "`f` is not written yet.", line=3)
UNREADABLE = Check(
    "can_be_loaded", "broken", "Python cannot read it: '(' was never closed.", line=3
)
BOTH = replace(WRONG, says=WRONG.says + "\nYour mask is Tk by Tk; it must be its last Tq rows.")
LONG = replace(WRONG, mistake=None, says="It differs.", example={"got": "\n".join("abcdefgh" * 9)})


def report(*checks: Check, verdict: str = "failed", file: str = "exercises/a/b.py") -> Report:
    return Report("a/b", file, verdict, checks, 0.153)


def differs(got: object, want: object) -> Check:
    """The check that finds `got` where `want` is right, told as the judge tells it."""
    found = difference(got, want)
    assert found is not None
    example = explain.example({"k": 3}, Observation(broken=Broken(found.says, found)))
    says = found.says[:1].upper() + found.says[1:]
    return replace(WRONG, mistake=None, says=says, example=example)


RANKING = [(name, 1 / (60 + place)) for place, name in enumerate("abcdefghijklmn", 1)]
SWAPPED = [*RANKING[:6], RANKING[7], RANKING[6], *RANKING[8:]]
CONTEXT = [{"id": name, "text": f"What {name} says of tea, and of the cup."} for name in "abcde"]
BAG = {"taken": [*CONTEXT[:3], {"id": "d", "text": "Milk first, then tea. " * 9}]}

REPORTS = {
    "in_a_ranking": (report(differs(SWAPPED, RANKING)), ABOUT),
    "in_a_short_ranking": (report(differs([(2, 0.5)], [(1, 0.5)])), ABOUT),
    "in_a_packed_context": (report(differs(BAG, {"taken": CONTEXT})), ABOUT),
    "in_what_is_too_long": (report(differs(CONTEXT[:2], CONTEXT[:1])), ABOUT),
    "in_spans": (report(differs([(0, 4), (4, 7)], [(0, 4), (3, 7), (6, 9)])), ABOUT),
    "mistake_named": (report(WRONG, HELD, RAISED, QUIET), ABOUT),
    "two_mistakes": (report(BOTH, HELD), ABOUT),
    "raised": (report(RAISED, replace(RAISED, name="other"), HELD, verdict="error"), ABOUT),
    "process_lost": (report(LOST, IDLE, verdict="timeout"), ABOUT),
    "missing": (report(UNWRITTEN, verdict="missing"), ABOUT),
    "broken": (report(UNREADABLE, verdict="broken"), ABOUT),
    "long_value": (report(LONG), ABOUT),
    "passed": (report(HELD, QUIET, verdict="passed"), replace(ABOUT, next="a/c")),
    "one_check_passed": (
        report(HELD, verdict="passed"),
        replace(ABOUT, options=Options(only=frozenset({HELD.name}))),
    ),
    "other_options": (
        report(RAISED, verdict="error", file="my folder/b.py"),
        replace(ABOUT, options=Options(examples=100, seed=7)),
    ),
    "nothing_about_it": (report(WRONG, RAISED), About()),
}
WIDTHS = (60, 110)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", REPORTS)
def test_the_screen_is_as_it_was_last_agreed(name: str, width: int) -> None:
    path = SNAPSHOTS / f"{name}_{width}.txt"
    text = plain(*REPORTS[name], width=width) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal_but_commands(name: str, width: int) -> None:
    text = plain(*REPORTS[name], width=width)
    wide = [row for row in text.splitlines() if len(row) > width]
    assert all(row.strip().startswith("drill grade") for row in wide), wide


@pytest.mark.parametrize("name", [n for n, (r, _) in REPORTS.items() if not r.passed])
def test_it_begins_with_what_broke(name: str) -> None:
    found, about = REPORTS[name]
    first = plain(found, about, 110).splitlines()[0]
    assert first.startswith("✗ ")
    assert first[2:] in found.faults[0].says


def test_every_failing_check_has_the_command_that_replays_it() -> None:
    text = plain(*REPORTS["mistake_named"])
    for check in (WRONG, RAISED):
        assert f"drill grade a/b exercises/a/b.py --only {check.name}\n" in text + "\n"
    assert "--only" not in plain(*REPORTS["broken"])


def test_the_replay_can_be_pasted_into_a_shell() -> None:
    command = plain(*REPORTS["other_options"]).splitlines()[-1]
    words = ["drill", "grade", "a/b", "my folder/b.py", "--only", RAISED.name]
    assert shlex.split(command) == [*words, "--examples", "100", "--seed", "7"]


def test_the_order_is_words_input_values_place_mistake_laws_replay() -> None:
    text = plain(*REPORTS["mistake_named"])
    parts = ("✗ `result`", "smallest input", "your value", "right value", "where", "·x")
    places = [text.index(part) for part in (*parts, "mistake", "laws hold", "file", "replay")]
    assert places == sorted(places)


def test_one_check_alone_says_the_same_without_the_others() -> None:
    found, about = REPORTS["mistake_named"]
    text = plain_check(found, RAISED, about)
    assert text.startswith("✗ It raised IndexError")
    assert "exercises/a/b.py:4" in text
    assert "return x.t() @ x" in text
    assert WRONG.name not in text
    assert text.splitlines()[-1].endswith(f"--only {RAISED.name}")


def test_text_of_the_learner_cannot_steer_the_terminal() -> None:
    evil = "\x1b[2J\r\u202eok\x07"
    check = replace(RAISED, says=f"It raised {evil}", example={"got": evil}, line=1)
    text = plain(report(check, file=f"a{evil}.py"), replace(ABOUT, lines=(evil,)))
    assert all(row.isprintable() for row in text.splitlines())
    assert r"\x1b[2J" in text


def test_a_line_that_the_file_no_longer_has_is_left_out() -> None:
    text = plain(report(replace(RAISED, line=400)), ABOUT)
    assert "exercises/a/b.py:400" in text


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "b.py"
    path.write_bytes(b"x = 1\n")
    assert About.of(path).digest == _sha(b"x = 1\n")
    path.write_bytes(b"x = 2\n")
    assert About.of(path).digest == _sha(b"x = 2\n")


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()[:12]


def test_brief_counts_what_holds_and_keeps_what_fails() -> None:
    found, about = REPORTS["mistake_named"]
    text = joined(screen(found, about, 88, brief=True))
    assert "✓ 2 hold" in text
    assert "huge scores" not in text
    assert "the last queries alone" in text


@pytest.mark.parametrize("rows", range(4, 30))
def test_what_is_fitted_fits_and_keeps_both_ends(rows: int) -> None:
    lines = [line(f"{n} " + "x" * (n * 7 % 90)) for n in range(40)]
    found = fitted(lines, rows, 40, "see all" + " of it" * 3)
    assert sum(height(part, 40) for part in found) <= rows
    assert found[0] == lines[0]
    cut = next(text_of(part) for part in found if "cut" in text_of(part))
    assert f"[... {40 - len(found) + 1} lines cut; see all" in cut


def test_what_fits_is_not_cut() -> None:
    lines = [line(str(n)) for n in range(5)]
    assert fitted(lines, 5, 40, "") == lines


def test_cut_rows_are_counted() -> None:
    rows = [str(n) for n in range(20)]
    assert shortened(rows, 20) == rows
    found = shortened(rows, 7)
    assert found == ["0", "1", "2", "[... 14 lines cut ...]", "17", "18", "19"]


def test_visible_leaves_ordinary_text_alone() -> None:
    assert visible("softmax(q kᵀ / √d) · ✓") == "softmax(q kᵀ / √d) · ✓"
    assert visible("a\tb") == "a   b"


@pytest.mark.parametrize("width", [50, 60, 80])
def test_statements_are_wrapped_anew_without_losing_a_word(width):
    for card in catalogue.cards():
        rows = [text_of(part) for part in statement(card.statement, width)]
        assert " ".join(rows).split() == card.statement.split(), card.id
        assert max(map(len, rows)) <= width, card.id


def test_a_statement_that_fits_stays_as_it_is():
    text = "Title.\n\n- one\n  two\n\n    q: (B, T)   k\n1. three\n   four"
    assert joined(statement(text, 80)) == text
    narrow = joined(statement(text + " and so on and so on and so on", 30)).splitlines()
    assert narrow[2:6] == ["- one two", "", "    q: (B, T)   k", "1. three four and so on and so"]
