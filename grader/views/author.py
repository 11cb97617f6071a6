"""For authors of pages: `drill new` and `drill check`."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judge import render, source
from grader.judge.catalogue import BadPage, Card, cards
from grader.judge.open import open_judge
from grader.views import exits
from grader.views.exits import Misuse
from grader.views.layout import Line, prose
from grader.views.screen import Screen, complain
from grader.views.workspace import EXERCISES, Workspace, card_of, shown, write, write_new

if TYPE_CHECKING:
    from grader.judge.run import Judge
    from grader.notebook.guides import Guide

PAGES = "reference"
TEMPLATE = Path(__file__).parent / "page.txt"
_ID = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")


def new(args: argparse.Namespace, view: Screen) -> int:
    """`drill new`: a page to fill in."""
    if not _ID.fullmatch(args.id):
        raise Misuse(f"{args.id!r} is no id; write it as track/exercise, such as TRACK/NAME.")
    path = _pages() / f"{args.id}.py"
    track, name = args.id.split("/")
    text = TEMPLATE.read_text(encoding="utf-8").replace("NAME", name)
    if not write_new(path, text):
        raise Misuse(f"There is already a page {shown(path)}; edit it, or take another id.")
    write_new(path.parent / "__init__.py", f'"""The exercises of the track {track}."""\n')
    view.say(f"{shown(path)} was written. Fill it in, then `drill check {args.id} --write`.")
    return exits.PASSED


def check(args: argparse.Namespace, view: Screen) -> int:
    """`drill check`: what every page must hold to."""
    try:
        chosen = [card_of(id) for id in args.ids] or cards()
    except BadPage as error:
        complain(str(error))
        return exits.FAILED
    found = Workspace.find()
    if args.write:
        found = found or Workspace.here()
        every = cards()
        for card in chosen:
            view.show(_laid(found, card, view.width))
            view.show(_built(card, every, view.width))
        for guide in _guides(chosen):
            view.show(_guide_built(guide, every, view.width))
    broken = _checked(chosen, found, view) + _guides_checked(chosen, view)
    text = f"{len(chosen)} {'page' if len(chosen) == 1 else 'pages'}: "
    view.say(text + (f"{broken} with problems." if broken else "no problems."))
    return exits.FAILED if broken else exits.PASSED


def _checked(chosen: list[Card], found: Workspace | None, view: Screen) -> int:
    """Show each page's problems as they are found; gives how many pages have some."""
    stubs, broken, every = found.root / EXERCISES if found else None, 0, cards()
    with open_judge() as judge:
        for number, card in enumerate(chosen, 1):
            view.status(f"[{number}/{len(chosen)}] {card.id} ...")
            seen = [
                part for says in _problems(card, every, judge, stubs) for part in _told(says, view)
            ]
            broken += bool(seen)
            mark, style = ("✗", "bad") if seen else ("✓", "good")
            view.status("")
            count = f"[{number:>{len(str(len(chosen)))}}/{len(chosen)}]"
            view.show([((f"{count} {mark} ", style), (card.id, "")), *seen])
    return broken


def _problems(card: Card, every: list[Card], judge: Judge, stubs: Path | None) -> Iterator[str]:
    """The problems of a page; one that cannot be run has that one."""
    from grader.judge.content import problems
    from grader.notebook import build

    try:
        yield from problems(card, judge, stubs)
        yield from build.problems(card, every)
    except Exception as error:
        yield f"It cannot be checked: {type(error).__name__}: {error}"


def _guides(chosen: list[Card]) -> list[Guide]:
    """The guides of the tracks of some pages: they tell of these."""
    from grader.notebook.guides import guides

    tracks = {card.track for card in chosen}
    return [guide for guide in guides() if guide.track in tracks]


def _guides_checked(chosen: list[Card], view: Screen) -> int:
    """Show the problems of guides; gives how many have some."""
    from grader.notebook.guides import problems

    broken, every = 0, cards()
    for guide in _guides(chosen):
        seen = [part for says in problems(guide, every) for part in _told(says, view)]
        if seen:
            broken += 1
            view.show([(("✗ ", "bad"), (guide.id, "")), *seen])
    return broken


def _told(says: str, view: Screen) -> list[Line]:
    return prose(says, view.width, "", "    - ", "      ")


def _laid(found: Workspace, card: Card, width: int) -> list[Line]:
    """Bring a stub up to date; what a learner has written stays, and so does a copy of the rest."""
    path = found.path(card)
    if found.lay(card):
        return prose(f"{shown(path)} was written.", width)
    text = path.read_text(encoding="utf-8", errors="replace")
    if text == render.stub(card):
        return []
    if not _is_untouched(text, card):
        return prose(f"{shown(path)} was left as it is: someone has written in it.", width)
    kept = found.reset(card)
    told = f"{shown(path)} was rendered again"
    return prose(f"{told}; the old one is {shown(kept)}." if kept else f"{told}.", width)


def _built(card: Card, every: list[Card], width: int) -> list[Line]:
    """Bring a notebook up to date, beside pages that have any; a learner's work stays."""
    from grader.notebook import build

    path = build.place(card)
    text = build.notebook(card, every) if path else ""
    laid = path.read_text(encoding="utf-8", errors="replace") if path and path.exists() else ""
    if path is None or laid == text:
        return []
    if build.is_written(laid, card):
        return prose(f"{shown(path)} was left as it is: someone has written in it.", width)
    write(path, text)
    return prose(f"{shown(path)} was built.", width)


def _guide_built(guide: Guide, every: list[Card], width: int) -> list[Line]:
    """Bring the notebook of a guide up to date; one that cannot be built is told when checked."""
    from grader.notebook.build import place
    from grader.notebook.guides import notebook

    path = place(guide)
    try:
        text = notebook(guide, every)
    except ValueError:
        return []
    if path is None or (path.exists() and path.read_text(encoding="utf-8") == text):
        return []
    write(path, text)
    return prose(f"{shown(path)} was built.", width)


def _is_untouched(text: str, card: Card) -> bool:
    """Whether a file is empty, or a stub (perhaps of an older page) and nothing else."""
    if not text.strip():
        return True
    found = source.inspect(text, card.entry)
    if found is None or found.verdict != "missing":
        return False
    kinds = (ast.Import, ast.ImportFrom, ast.Expr)
    own = [n for n in ast.parse(text).body if getattr(n, "name", "") != card.entry]
    return all(isinstance(node, kinds) for node in own)


def _pages() -> Path:
    """The folder of pages to write in: the nearest from here upwards."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PAGES).is_dir():
            return folder / PAGES
    raise Misuse(
        f"There is no folder `{PAGES}` in {here} or above it. Run this in a clone of the project."
    )
