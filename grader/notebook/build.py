"""Building the walkthrough of an exercise as a notebook, from its page: always the same bytes.

Nothing is run and no torch is imported. A cell's id says what it is, and stays when others change.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.judge import render, source
from grader.judge.catalogue import Card
from grader.notebook.prose import Piece, as_markdown, pieces
from grader.pagetext import PageText

if TYPE_CHECKING:
    from grader.notebook.guides import Guide

FOLDER = "notebooks"
ATTEMPT = "attempt"  # the id of the cell that the learner writes
TRAPS = 3  # how many mistakes are shown failing where a walkthrough chooses none
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

CHECK = """\
# Run this cell first: it loads the grader and starts the judge in the background.
try:
    import grader.notebook
except ModuleNotFoundError as missing:
    import sys

    raise ModuleNotFoundError(
        f"There is no {missing.name!r} in the Python of this kernel, {sys.executable}. Choose the "
        "kernel in which Unaided is installed; or, in a clone of it, run "
        f'`"{sys.executable}" -m pip install ".[notebook]"` and restart the kernel.'
    ) from None
%load_ext grader
"""


@dataclass(frozen=True)
class Cell:
    """A cell to be: its id, whether it is code, and its text."""

    id: str
    is_code: bool
    text: str


def notebook(card: Card, every: list[Card]) -> str:
    """The walkthrough of an exercise as the text of an .ipynb file.

    every: all exercises, to say where to go next.
    Raises ValueError for a walkthrough that cannot be read.
    """
    page = PageText(card.path.read_text(encoding="utf-8"))
    cells = [
        Cell("title", False, _title(card)),
        Cell("check", True, CHECK),
        *_walk(card, page.walkthrough),
        Cell("task", False, _task(card)),
        Cell(ATTEMPT, True, f"%%drill {card.id}\n{render.skeleton(card)}"),
        Cell("help", False, _help(card)),
        Cell("questions", False, _questions(card)),
        Cell("next", False, _next(card, every)),
    ]
    return bound(cells)


def bound(cells: list[Cell]) -> str:
    """Cells as the text of an .ipynb file."""
    built = new_notebook(cells=[_node(cell) for cell in cells], metadata=METADATA)
    nbformat.validate(built)
    return str(nbformat.writes(built)) + "\n"


def place(card: Card | Guide) -> Path | None:
    """Where a notebook is kept: beside the pages, in a source tree that has notebooks."""
    folder = card.path.parents[2] / FOLDER
    return folder / f"{card.id}.ipynb" if folder.is_dir() else None


def problems(card: Card, every: list[Card]) -> Iterator[str]:
    """What is wrong with the walkthrough of a page, a sentence each."""
    try:
        built = notebook(card, every)
    except ValueError as error:
        yield f"The walkthrough cannot be built: {error}."
        return
    yield from given_away(card, built)
    path = place(card)
    if path is None:
        return
    laid = path.read_text(encoding="utf-8") if path.exists() else ""
    if laid != built and not is_written(laid, card):
        yield f"{path} is not current; `drill check --write` builds it again."


def is_written(text: str, card: Card) -> bool:
    """Whether someone has written a solution into a notebook."""
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except Exception:
        return False
    found = (c.source for c in cells if c.get("id") == ATTEMPT)
    return any(source.inspect(s.partition("\n")[2], card.entry) is None for s in found)


def _node(cell: Cell) -> NotebookNode:
    text = cell.text.strip("\n")
    made = new_code_cell(text, id=cell.id) if cell.is_code else new_markdown_cell(text, id=cell.id)
    return NotebookNode(made)


def _title(card: Card) -> str:
    lead = as_markdown(card.statement.split("\n\n")[1])
    facts = f"`{card.id}` · level {card.level} · {card.minutes} minutes from memory"
    needs = "".join(f" · after [{id}]({_link(card, id)})" for id in card.needs)
    source = f"Source: {as_markdown(card.source)}."
    return f"# {as_markdown(card.title)}\n\n{lead}\n\n{facts}{needs}  \n{source}"


def _walk(card: Card, walkthrough: str) -> Iterator[Cell]:
    """The page's own sections; the traps in their place, or where they belong."""
    parts = pieces(walkthrough)
    chosen = [part.source for part in parts if part.kind == "trap"]
    unknown = next((name for name in chosen if name not in card.mistakes), None)
    if unknown:
        raise ValueError(f"the walkthrough shows {unknown!r}, which is no mistake of the page")
    yield from in_sections(parts if chosen else _with_traps(card, parts), card.id)


def in_sections(parts: list[Piece], id: str) -> Iterator[Cell]:
    """Pieces as cells; their ids tell the section. id: of the exercise whose mistakes are traps."""
    names = Counter[str]()
    section = "intro"
    for part in parts:
        if part.source.startswith("## ") and part.kind == "text":
            section = _slug(part.source.split("\n")[0])
        yield _cell(id, part, section, names)


def _cell(id: str, part: Piece, section: str, names: Counter[str]) -> Cell:
    """One cell; its id is its section, what it is and, from the second one on, a number."""
    if part.kind == "trap":
        words = f'from grader.notebook import trap\n\ntrap("{id}", "{part.source}")'
        return Cell(_named(f"trap-{part.source}", names), True, words)
    if part.kind == "code":
        _check_code(part.source)
    return Cell(_named(f"{section}-{part.kind}", names), part.kind == "code", part.source)


def _named(base: str, names: Counter[str]) -> str:
    base = re.sub(r"[^a-z0-9-]", "-", base)[:56]
    names[base] += 1
    return base if names[base] == 1 else f"{base}-{names[base]}"


def _check_code(code: str) -> None:
    try:
        ast.parse(code)
    except SyntaxError as error:
        first = code.split("\n")[0]
        raise ValueError(f"the cell {first!r} is no Python: {error.msg}") from None


def _with_traps(card: Card, parts: list[Piece]) -> list[Piece]:
    """The first mistakes of the page shown failing, before what it costs, else at the end."""
    traps = [
        Piece("text", "## Traps\n\nWhat people write instead, and how it fails."),
        *(Piece("trap", name) for name in card.mistakes[:TRAPS]),
    ]
    costs = (at for at, part in enumerate(parts) if part.source.startswith("## What it costs"))
    at = next(costs, len(parts))
    return [*parts[:at], *traps, *parts[at:]]


def _task(card: Card) -> str:
    statement = as_markdown(card.statement.partition("\n\n")[2])
    how = (
        "Write it in the next cell, from memory, with all assistance off, and run the cell. It is "
        "graded as a file of its own: import or define in it all that it uses. Below the verdict "
        "nothing is hidden: these are all the checks there are."
    )
    return f"## Your turn\n\n{statement}\n\n---\n\n{how}"


def _help(card: Card) -> str:
    return (
        "In a cell of its own:\n\n"
        f"- `%drill hint {card.id}` says a little more each time, three times;\n"
        f"- `%drill solution {card.id}` shows the reference, once yours has passed;\n"
        f"- `%drill stub {card.id}` gives a fresh cell to begin again.\n\n"
        f"`%%drill {card.id} --save` as the first line of your cell also writes it to "
        f"`exercises/{card.id}.py`; an earlier attempt is kept."
    )


def _questions(card: Card) -> str:
    asked = [
        f"**{as_markdown(question)}**\n\n"
        f"<details><summary>An answer</summary>\n\n{as_markdown(answer)}\n\n</details>"
        for question, answer in card.ask
    ]
    head = "## What an interviewer asks next\n\nAnswer aloud before you unfold."
    return "\n\n".join([head, *asked])


def _next(card: Card, every: list[Card]) -> str:
    built_on = [other for other in every if card.id in other.needs]
    track = [other for other in every if other.track == card.track]
    at = next((i for i, other in enumerate(track) if other.id == card.id), len(track))
    following = [c for c in track[at + 1 : at + 2] if c not in built_on]
    rows = [f"- [{as_markdown(c.title)}]({_link(card, c.id)}) builds on it." for c in built_on]
    rows += [f"- [{as_markdown(c.title)}]({_link(card, c.id)}) comes next." for c in following]
    if card.path.with_name("overview.md").is_file():
        rows.append("- [The track](overview.ipynb) as a whole: its map, and an order to go in.")
    again = "- This one again in a few days, from a blank cell."
    return "\n".join(["## Where to go next", "", *rows, again])


def _link(card: Card, id: str) -> str:
    """The way from a notebook to that of another exercise."""
    track, name = id.split("/")
    return f"{name}.ipynb" if track == card.track else f"../{track}/{name}.ipynb"


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def given_away(card: Card, built: str) -> Iterator[str]:
    """Lines of the solution that stand in a cell; short ones stand anywhere."""
    cells = nbformat.reads(built, as_version=4).cells
    rows = {row.strip() for cell in cells for row in cell.source.split("\n")}
    shown = sorted(line for line in render.body_lines(card) & rows if len(line) > 20)
    if shown:
        yield f"It shows a line of the solution of {card.id}: {shown[0]!r}."
