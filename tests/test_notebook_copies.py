"""The learner's copies of the walkthroughs: laid, kept, brought up to date, laid anew."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from grader.judge import catalogue
from grader.notebook import build
from grader.notebook.copies import CURRENT, NEW, OLDER, RENEWED, Copies
from grader.notebook.guides import guides
from grader.views import notebook
from grader.views.workspace import Workspace

ROOT = Path(__file__).parents[1]
ID = "attention/causal"
CARD = catalogue.find(ID)
EVERY = catalogue.cards()
TORN = ["", "{", "[]", "null", '{"cells": 1}', '{"cells": [], "metadata": []}', "my notes"]


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, and we are in it."""
    folder = tmp_path / "my practice"
    Workspace(folder).lay(CARD)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def copies(practice: Path) -> Copies:
    return Copies(practice, EVERY)


def older(copies: Copies) -> Path:
    """A copy that was laid when the page was another."""
    page = replace(CARD, title="As it was once")
    assert Copies(copies.root, [page]).lay(page) == NEW
    return copies.path(CARD)


def change(path: Path, cell: str, text: str) -> None:
    """Write into a cell, as JupyterLab does: all of the file is written anew."""
    found = nbformat.read(path, as_version=4)
    next(c for c in found.cells if c.id == cell).source = text
    found.metadata["language_info"]["version"] = "3.99"
    nbformat.write(found, path)


def test_a_copy_is_the_built_notebook(copies: Copies) -> None:
    assert copies.lay(CARD) == NEW
    assert copies.path(CARD) == copies.root / "notebooks" / f"{ID}.ipynb"
    laid = nbformat.read(copies.path(CARD), as_version=4)
    nbformat.validate(laid)
    del laid.metadata["unaided"]
    assert nbformat.writes(laid) + "\n" == build.notebook(CARD, EVERY)
    assert copies.lay(CARD) == CURRENT


def test_a_copy_with_work_in_it_is_never_overwritten(copies: Copies) -> None:
    path = older(copies)
    change(path, build.ATTEMPT, f"%%drill {ID}\nmine = 1")
    before = path.read_bytes()
    assert copies.lay(CARD) == OLDER
    copies.lay_missing()
    assert path.read_bytes() == before


def test_a_copy_that_was_run_counts_as_work(copies: Copies) -> None:
    path = older(copies)
    found = nbformat.read(path, as_version=4)
    code = next(cell for cell in found.cells if cell.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("stream", text="seen\n")]
    nbformat.write(found, path)
    assert copies.lay(CARD) == OLDER


def test_a_copy_that_was_only_looked_at_follows_the_page(copies: Copies) -> None:
    path = older(copies)
    change(path, "title", nbformat.read(path, as_version=4).cells[0].source)
    assert "As it was once" in path.read_text()
    assert copies.lay(CARD) == RENEWED
    assert "As it was once" not in path.read_text()


@pytest.mark.parametrize("text", TORN)
def test_a_file_that_is_no_notebook_stays(copies: Copies, text: str) -> None:
    path = copies.path(CARD)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert copies.lay(CARD) == CURRENT
    assert path.read_text() == text


def test_a_notebook_from_elsewhere_stays(copies: Copies) -> None:
    path = copies.path(CARD)
    path.parent.mkdir(parents=True)
    path.write_text(build.notebook(replace(CARD, title="From elsewhere"), EVERY))
    assert copies.lay(CARD) == CURRENT
    assert "From elsewhere" in path.read_text()


def test_fresh_keeps_what_was_there(copies: Copies) -> None:
    path = older(copies)
    for number in (1, 2):  # also several times in one second
        change(path, build.ATTEMPT, f"mine = {number}")
        before = path.read_bytes()
        kept = copies.renew(CARD)
        assert kept is not None
        assert kept.is_relative_to(copies.root / ".drill" / "attempts" / ID)
        assert kept.read_bytes() == before
        assert copies.lay(CARD) == CURRENT
        assert "As it was once" not in path.read_text()
    assert len(list((copies.root / ".drill" / "attempts" / ID).iterdir())) == 2


def test_every_link_of_a_notebook_leads_to_a_copy(copies: Copies) -> None:
    copies.lay_missing()
    laid = list(copies.folder.rglob("*.ipynb"))
    assert len(laid) == len(EVERY) + len(guides())
    links = [
        (path.parent / link).resolve()
        for path in laid
        for link in re.findall(r"\]\(([^)\s]+\.ipynb)\)", path.read_text())
    ]
    assert len(links) > 100
    assert [str(link) for link in links if not link.is_file()] == []


def test_in_a_clone_copies_are_where_git_does_not_look() -> None:
    copies = Copies(ROOT, EVERY)
    assert copies.folder == ROOT / ".drill" / "notebooks"
    assert ".drill/" in (ROOT / ".gitignore").read_text().split("\n")
    assert Workspace(ROOT).path(CARD).is_file()  # `--save` there finds the clone


@pytest.mark.parametrize(
    ("word", "id"),
    [
        (ID, ID),
        (f"notebooks/{ID}.ipynb", ID),
        (f"exercises/{ID}.py", ID),
        ("decoding", "decoding/overview"),
        ("decoding/overview", "decoding/overview"),
        (None, "attention/overview"),
    ],
)
def test_which_notebook_a_word_means(practice: Path, word: str | None, id: str) -> None:
    assert notebook._chosen(word, Workspace(practice), EVERY).id == id
