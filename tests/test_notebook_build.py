"""Notebooks are built from pages: the same bytes always, complete, and nothing given away."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.judge import catalogue, render
from grader.judge.catalogue import Card
from grader.notebook import build
from grader.notebook.guides import guides
from grader.notebook.prose import Piece, as_markdown, pieces
from grader.views import author
from grader.views.layout import joined

ROOT = Path(__file__).parents[1]
EVERY = catalogue.cards()
IDS = [card.id for card in EVERY]
CAUSAL = catalogue.find("attention/causal")
OUTSIDE_MARKDOWN = re.compile(r"[\s`]+")


@cache
def built(id: str) -> str:
    """The notebook of one of our pages, built once for all tests."""
    return build.notebook(catalogue.find(id), EVERY)


def cells(card: Card) -> dict[str, nbformat.NotebookNode]:
    return {c.id: c for c in nbformat.reads(build.notebook(card, EVERY), as_version=4).cells}


@pytest.fixture
def page(tmp_path: Path) -> Card:
    """A copy of a page, to be changed, in a source tree that has notebooks."""
    path = tmp_path / "reference" / "attention" / "causal.py"
    path.parent.mkdir(parents=True)
    shutil.copy(CAUSAL.path, path)
    (tmp_path / build.FOLDER).mkdir()
    return replace(CAUSAL, path=path)


def rewrite(card: Card, walkthrough: str) -> None:
    """Give a copied page another walkthrough."""
    text = card.path.read_text().partition("\nexercise.walkthrough(")[0]
    card.path.write_text(f"{text}\nexercise.walkthrough(r'''\n{walkthrough}\n''')\n")


@pytest.mark.parametrize("card", EVERY, ids=IDS)
def test_the_committed_notebook_is_current(card: Card) -> None:
    committed = (ROOT / "notebooks" / f"{card.id}.ipynb").read_text(encoding="utf-8")
    assert committed == built(card.id)


@pytest.mark.parametrize("card", EVERY, ids=IDS)
def test_a_notebook_is_valid_and_holds_no_output(card: Card) -> None:
    path = ROOT / "notebooks" / f"{card.id}.ipynb"
    found = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(found)
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    assert all(c.outputs == [] and c.execution_count is None for c in code)
    ids = [cell.id for cell in found.cells]
    assert len(set(ids)) == len(ids)
    for name in ("title", "check", "task", "attempt", "help", "questions", "next"):
        assert name in ids
    assert any(id.startswith("trap-") for id in ids)


@pytest.mark.parametrize("card", EVERY, ids=IDS)
def test_a_walkthrough_has_no_problem(card: Card) -> None:
    assert list(build.problems(card, EVERY)) == []


def test_no_notebook_is_left_over() -> None:
    folder = ROOT / "notebooks"
    found = {str(p.relative_to(folder).with_suffix("")) for p in folder.rglob("*.ipynb")}
    assert found == set(IDS) | {guide.id for guide in guides()}


def test_two_processes_build_the_same_bytes() -> None:
    code = (
        "from grader.judge import catalogue; from grader.notebook import build; import sys;"
        "every = catalogue.cards();"
        "sys.stdout.buffer.write(build.notebook(every[1], every).encode())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
                       env={"PYTHONHASHSEED": seed, "PATH": ""}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1] == build.notebook(EVERY[1], EVERY).encode()


def test_building_imports_no_torch_and_no_matplotlib() -> None:
    code = (
        "from grader.judge import catalogue; from grader.notebook import build; import sys;"
        "every = catalogue.cards(); build.notebook(every[0], every);"
        "sys.exit(bool({'torch', 'matplotlib', 'IPython', 'hypothesis'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_attempt_is_the_stub_and_nothing_of_the_solution() -> None:
    for card in EVERY:
        read = nbformat.reads(built(card.id), as_version=4).cells
        source = next(cell.source for cell in read if cell.id == "attempt")
        first, _, code = source.partition("\n")
        assert first == f"%%drill {card.id}"
        assert render.stub(card).endswith(f"{code}\n")
        assert not render.body_lines(card) & {row.strip() for row in code.split("\n")}


def test_a_page_without_a_walkthrough_has_its_first_mistakes_for_traps(page: Card) -> None:
    rewrite(page, "")
    assert [id for id in cells(page) if id.startswith("trap-")] == [
        "trap-" + name.replace("_", "-") for name in CAUSAL.mistakes[:3]
    ]


def test_traps_stand_before_the_costs_where_none_are_chosen(page: Card) -> None:
    rewrite(page, "## By hand\n\nx\n\n## What it costs\n\ny")
    ids = list(cells(page))
    assert ids[2] == "by-hand-text"
    assert ids.index("trap-strict-triangle") < ids.index("what-it-costs-text")


def test_traps_stand_where_the_walkthrough_has_them(page: Card) -> None:
    rewrite(page, "## A\n\none\n\n{{trap: no_mask}}\n\ntwo")
    assert list(cells(page))[2:5] == ["a-text", "trap-no-mask", "a-text-2"]


def test_ids_stay_when_another_section_changes(page: Card) -> None:
    rewrite(page, "## B\n\n```python\n1\n```")
    before = set(cells(page))
    rewrite(page, "## A\n\ntext\n\n```python\n0\n```\n\n## B\n\n```python\n1\n```")
    assert before < set(cells(page))


@pytest.mark.parametrize(
    ("walkthrough", "says"),
    [
        ("```python\n1", "a fence '```python' that is not closed"),
        ("```python\n1 +\n```", "the cell '1 +' is no Python"),
        ("{{trap: unheard_of}}", "shows 'unheard_of', which is no mistake of the page"),
        (
            "```python\nreturn torch.softmax(scores, dim=-1) @ v  # (..., Tq, d_v)\n```".replace(
                "return", "def f():\n    return"
            ),
            "It shows a line of the solution of attention/causal: 'return torch.softmax(",
        ),
    ],
)
def test_a_walkthrough_that_cannot_stand_is_told(page: Card, walkthrough: str, says: str) -> None:
    rewrite(page, walkthrough)
    assert says in next(build.problems(page, EVERY))


def test_a_notebook_that_is_not_current_is_told(page: Card) -> None:
    path = build.place(page)
    assert path is not None
    assert "is not current" in next(build.problems(page, EVERY))
    path.parent.mkdir()
    path.write_text(build.notebook(page, EVERY), encoding="utf-8")
    assert list(build.problems(page, EVERY)) == []
    path.write_text(path.read_text().replace("from memory", "by heart", 1), encoding="utf-8")
    assert "is not current" in next(build.problems(page, EVERY))


def test_a_notebook_with_a_learners_solution_is_left_alone(page: Card) -> None:
    data = json.loads(build.notebook(page, EVERY))
    attempt = next(cell for cell in data["cells"] if cell["id"] == "attempt")
    attempt["source"] = "%%drill attention/causal\ndef causal_attention(q, k, v):\n    return v\n"
    assert build.is_written(json.dumps(data), page)
    assert not build.is_written(build.notebook(page, EVERY), page)
    assert not build.is_written("no notebook", page)


def test_a_tree_without_a_folder_for_notebooks_gets_none(page: Card) -> None:
    (page.path.parents[2] / build.FOLDER).rmdir()
    assert build.place(page) is None
    assert list(build.problems(page, EVERY)) == []


def test_a_walkthrough_is_cut_at_headings_fences_and_traps() -> None:
    text = "intro\n## A\n```python\n## no heading\n1\n```\n```text\n## nor this\n```\n{{trap: t}}\n"
    assert pieces(text) == [
        Piece("text", "intro"),
        Piece("text", "## A"),
        Piece("code", "## no heading\n1"),
        Piece("text", "```text\n## nor this\n```"),
        Piece("trap", "t"),
    ]


@pytest.mark.parametrize("card", EVERY, ids=IDS)
def test_no_sign_of_a_statement_is_lost_in_markdown(card: Card) -> None:
    """A reader of Markdown that is not ours shows what the statement says, and no markup."""
    reader = MarkdownIt("commonmark").enable("table")
    for text in (card.statement, *(part for asked in card.ask for part in asked)):
        shown = "".join(_shown(reader.parse(as_markdown(text))))
        assert OUTSIDE_MARKDOWN.sub("", shown) == OUTSIDE_MARKDOWN.sub("", text)


def _shown(tokens: list[Token]) -> list[str]:
    """The text of tokens, lists as they are written, and the type of what should not be there."""
    found: list[str] = []
    for token in tokens:
        if token.type in ("fence", "code_block", "code_inline", "text"):
            found.append(token.content)
        elif token.type == "list_item_open":
            found.append(token.info + token.markup)
        elif (token.type.endswith("_open") and token.type not in _PLAIN) or "html" in token.type:
            found.append(f"<{token.type}>")
        found += _shown(token.children or [])
    return found


_PLAIN = ("paragraph_open", "bullet_list_open", "ordered_list_open", "list_item_open")


def test_drill_check_builds_notebooks_and_tells_of_stale_ones(
    page: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = build.place(page)
    assert path is not None

    def told() -> str:
        return joined(author._built(page, EVERY, 300))

    assert told() == f"{path.relative_to(tmp_path)} was built."
    assert path.read_text(encoding="utf-8") == build.notebook(page, EVERY)
    assert told() == ""
    path.write_text(path.read_text().replace("from memory", "by heart", 1), encoding="utf-8")
    assert "was built" in told()
    mine = path.read_text().replace("raise NotImplementedError", "return v", 1)
    path.write_text(mine, encoding="utf-8")
    assert "was left as it is: someone has written in it." in told()
    assert path.read_text(encoding="utf-8") == mine
