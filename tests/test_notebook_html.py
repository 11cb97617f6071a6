"""A verdict as HTML: everything that the terminal tells, escaped, and no markup left open."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from grader.notebook.verdict import Trap, Verdict
from grader.report import Check, Report
from grader.views.text import About

EXAMPLE = {
    "inputs": {"q": "[[1]]", "k": "[[1],\n [0]]"},
    "got": "<script>alert(1)</script>",
    "want": "[[0.5]]",
    "where": "Wrong: only values above the diagonal.",
    "picture": "·x\n··",
}
FAILED = Check(
    "agrees_with_the_reference",
    "failed",
    "`result` is <b>1</b>, not 2.\nYour mask hides the diagonal.\nOr this.",
    "strict_triangle",
    EXAMPLE,
    3,
)
HELD = Check("huge_scores_stay_finite", "passed", "6 cases")
OTHER = Check("no_check", "error", "It raised KeyError in line 2: 'a'.\nMore.")
IDLE = Check("leaves_its_arguments_alone", "skipped", "Not run.")
LINES = ("", "import torch", "    return a < b & c")


class Reader(HTMLParser):
    """Collects the text and the tags, and finds tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n"


def read(shown: Verdict | Trap) -> Reader:
    reader = Reader()
    reader.feed(shown._repr_html_())
    reader.close()
    assert reader.open == []
    return reader


def report(*checks: Check, verdict: str = "failed") -> Report:
    return Report("attention/causal", "this cell", verdict, checks, 0.25)


def test_a_failure_shows_all_that_is_known_of_it() -> None:
    about = About(lines=LINES, command=("%%drill", "attention/causal"))
    reader = read(Verdict(report(FAILED, HELD, OTHER, IDLE), about, ("A `note`.",), ("hi <i>",)))
    flat = " ".join(reader.text.split())
    for part in (
        "q = [[1]] k = [[1], [0]]",
        "<script>alert(1)</script>",
        "[[0.5]]",
        "Wrong: only values above the diagonal.",
        "Strict triangle. Your mask hides the diagonal.",
        "Or this.",
        "this cell, line 3",
        "return a < b & c",
        "%%drill attention/causal --only agrees_with_the_reference",
        "failed, 1 of 4 laws hold",
        "✓ huge scores stay finite 6 cases",
        "✗ no check It raised KeyError in line 2: 'a'. More.",
        "- leaves its arguments alone Not run.",
        "Your code printed 1 line hi <i>",
        "A note .",
    ):
        assert part in flat, part
    assert not {"script", "b-", "i"} & set(reader.tags)


def test_plain_text_tells_the_same_findings() -> None:
    verdict = Verdict(report(FAILED, HELD), About(lines=LINES), ("A note.",), ("hi",))
    data = verdict._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html"}
    for part in ("not 2.", "smallest input", "Your mask hides the diagonal.", "| hi", "A note."):
        assert part in data["text/plain"]


def test_plain_text_does_not_send_a_notebook_to_an_option_of_the_terminal() -> None:
    long = Check("law", "failed", "Wrong.", example={"got": "\n".join(map(str, range(99)))})
    text = repr(Verdict(report(long)))
    assert "lines cut" in text
    assert "--json" not in text


def test_a_pass_folds_its_laws_away() -> None:
    reader = read(Verdict(report(HELD, verdict="passed")))
    assert "1 law holds" in reader.text
    assert "<details>" in Verdict(report(HELD, verdict="passed"))._repr_html_()
    assert "<details open>" in Verdict(report(FAILED))._repr_html_()


@pytest.mark.parametrize("name", ["is_written", "can_be_loaded"])
def test_what_was_not_run_has_no_table_of_laws(name: str) -> None:
    check = Check(name, "missing", "`f` is not written yet.", line=1)
    assert "laws hold" not in read(Verdict(report(check, verdict="missing"))).text


def test_signs_that_move_a_cursor_are_written_out() -> None:
    check = Check("law", "failed", "It is \x1b[31mred.", example={"got": "a\x1b[2J\nb\u202e"})
    shown = Verdict(report(check))._repr_html_()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b" in shown


def test_every_square_of_a_picture_is_there() -> None:
    shown = read(Verdict(report(FAILED))).text.replace("\n", "")
    assert "·x··" in shown


def test_a_trap_names_the_mistake_and_not_a_line_nobody_sees() -> None:
    trap = Trap("attention/causal", "strict_triangle", "Your mask hides it.", FAILED)
    flat = " ".join(read(trap).text.split())
    assert "Trap: strict triangle" in flat
    assert "Your mask hides it." in flat
    assert "line 3" not in flat + repr(trap)
    assert repr(trap).startswith("Trap: strict triangle")
