"""All decks there are: read from their folders, made of the exercises' follow-up questions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from grader.coach.decks import Card, Deck, Problem, parse, slug

FOLLOWUPS = "followups"
RESERVED = ("list", "show", "review")  # words of the command line


class UnknownCard(LookupError):
    """No card, or more than one, is meant by this word; the message names the nearest ones."""


class Asked(Protocol):
    """What is needed of an exercise for its follow-up questions; a card of the catalogue is one."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def ask(self) -> tuple[tuple[str, str], ...]: ...


def followups(exercises: Iterable[Asked], minutes: float = 2.0) -> Deck:
    """The deck of what an interviewer asks once an exercise is written."""
    cards = [
        Card(
            f"{FOLLOWUPS}/{slug(exercise.id)}-{slug(question)}",
            question,
            f"Asked after {exercise.id} ({exercise.title}).",
            (),
            answer,
            minutes,
        )
        for exercise in exercises
        for question, answer in exercise.ask
    ]
    about = "What an interviewer asks once the code is written. Answer aloud, in a few sentences."
    return Deck(FOLLOWUPS, "Follow-up questions of the exercises", about, minutes, tuple(cards))


def read(folders: Iterable[Path], first: Sequence[Deck] = ()) -> tuple[list[Deck], list[Problem]]:
    """The decks of some folders in order of their names, and what is wrong with them.

    first: decks that are there without a file. A later deck replaces one of the same name. What is
    wrong costs a card, or where nothing else is possible a deck; never another deck.
    """
    found = {deck.name: deck for deck in first}
    problems: list[Problem] = []
    for path in (p for folder in folders for p in sorted(folder.glob("*.md"))):
        name = slug(path.stem)
        if name == "readme":
            continue
        deck, wrong = _read(path, name)
        problems += wrong
        found.pop(name, None)  # one that cannot be read still says that ours is not wanted
        if deck is not None:
            found[name] = deck
    return [found[name] for name in sorted(found)], problems


def find(decks: Iterable[Deck], word: str) -> Card:
    """The card with this id, or the only one that has this slug, or begins so in either.

    Raises `UnknownCard` where there is none, or more than one.
    """
    every = {card.id: card for deck in decks for card in deck.cards}
    slugs = {id: id.split("/")[1] for id in every}
    if word in every:
        return every[word]
    begun = [id for id in every if slugs[id] == word]
    begun = begun or [id for id in every if id.startswith(word) or slugs[id].startswith(word)]
    if len(begun) == 1:
        return every[begun[0]]
    if begun:
        more = f" (and {len(begun) - 3} more)" if len(begun) > 3 else ""
        raise UnknownCard(f"{word!r} may be {', '.join(begun[:3])}{more}; say which.")
    near = difflib.get_close_matches(word, every, 3, 0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "See `drill cards list DECK`."
    raise UnknownCard(f"There is no card {word!r}. {hint}")


def _read(path: Path, name: str) -> tuple[Deck | None, list[Problem]]:
    if not name or name in RESERVED:
        says = f"a deck cannot be called {path.stem!r}; give the file another name"
        return None, [Problem(path, 1, says)]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(path, line, "this is not UTF-8 text; save the file as UTF-8")]
    except OSError as error:
        return None, [Problem(path, 1, f"this cannot be read ({error.strerror})")]
    return parse(text, name, path)
