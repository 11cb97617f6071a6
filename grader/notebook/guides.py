"""Guides: notebooks that belong to no single exercise, built from Markdown beside the pages.

`reference/<track>/<name>.md` becomes `notebooks/<track>/<name>.ipynb`: its title and what comes
before the first `## ` heading, the cell that loads the grader, then its sections. A line
`{{exercises}}` becomes a table of the track's exercises.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.judge.catalogue import Card, folders, ids
from grader.notebook.build import CHECK, Cell, bound, given_away, in_sections, place
from grader.notebook.prose import as_markdown, pieces

TABLE = "{{exercises}}"
_TO_NOTEBOOK = re.compile(r"\]\(([^)]*)\.ipynb\)")


@dataclass(frozen=True)
class Guide:
    """The hand-written source of such a notebook."""

    id: str
    path: Path

    @property
    def track(self) -> str:
        return self.id.split("/")[0]


def guides() -> list[Guide]:
    """Every guide, ours and those of packs: what lies among a track's pages."""
    tracks = {id.split("/")[0] for id in ids()}
    found = [path for folder in folders() for path in sorted(Path(folder).glob("*/*.md"))]
    mine = [path for path in found if path.parent.name in tracks]  # decks are no guides
    return [Guide(f"{path.parent.name}/{path.stem}", path) for path in mine]


def notebook(guide: Guide, every: list[Card]) -> str:
    """A guide as the text of an .ipynb file; raises ValueError where it cannot be read."""
    text = guide.path.read_text(encoding="utf-8")
    title, *parts = pieces(text.replace(TABLE, _table(guide.track, every)))
    if title.kind != "text" or not title.source.startswith("# "):
        raise ValueError("it begins with no title; write `# ` and the title in its first line")
    trap = next((part.source for part in parts if part.kind == "trap"), None)
    if trap:
        raise ValueError(f"it shows the trap {trap!r}, and only the page of an exercise has traps")
    first = [Cell("title", False, title.source), Cell("check", True, CHECK)]
    return bound([*first, *in_sections(parts, guide.id)])


def problems(guide: Guide, every: list[Card]) -> Iterator[str]:
    """What is wrong with a guide or its notebook, a sentence each."""
    try:
        built = notebook(guide, every)
    except ValueError as error:
        yield f"The notebook cannot be built: {error}."
        return
    yield from _misled(guide, {card.id for card in every}, built)
    for card in every:
        if card.track == guide.track:
            yield from given_away(card, built)
    path = place(guide)
    if path and not (path.exists() and path.read_text(encoding="utf-8") == built):
        yield f"{path} is not current; `drill check --write` builds it again."


def _misled(guide: Guide, exercises: set[str], built: str) -> Iterator[str]:
    """Names and links that do not lead where they should."""
    if guide.id in exercises:
        yield f"There is an exercise {guide.id} too; give {guide.path.name} another name."
    known = exercises | {other.id for other in guides()}
    for link in _TO_NOTEBOOK.findall(built):
        if posixpath.normpath(f"{guide.track}/{link}") not in known:
            yield f"It links to {link}.ipynb, and there is no such notebook."


def _table(track: str, every: list[Card]) -> str:
    """The exercises of a track in the order of learning: level, minutes, what they build on."""
    cards = [card for card in every if card.track == track]
    rows = [
        f"| [{as_markdown(card.title)}]({_link(track, card.id)}) | {card.level} | {card.minutes} "
        f"| {', '.join(f'[{_name(track, id)}]({_link(track, id)})' for id in card.needs)} |"
        for card in cards
    ]
    head = ["| exercise | level | minutes | builds on |", "|---|---|---|---|"]
    total = f"| all {len(cards)} | | {sum(card.minutes for card in cards)} | |"
    return "\n".join([*head, *rows, total])


def _name(track: str, id: str) -> str:
    """What an exercise is called within a track."""
    return id.removeprefix(f"{track}/")


def _link(track: str, id: str) -> str:
    """The way from a notebook of a track to that of an exercise."""
    name = _name(track, id)
    return f"../{name}.ipynb" if "/" in name else f"{name}.ipynb"
