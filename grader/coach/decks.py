"""Decks: questions that no code can grade, in plain Markdown that anyone can write.

    # Title of the deck
    minutes: 5

    What the deck is for and how to go about it.

    ## Title of a card
    minutes: 10

    The question: paragraphs, lists, fenced code.

    - [ ] a point of a good answer, to be ticked yes or no
    - [ ] another one

    > The answer, shown when it is asked for.

`minutes:` is free: a deck without it has 5, a card those of its deck. Without a text the title is
the question. A card has points, an answer, or both. Its id is made of the file's name and its
title, so it keeps its history whatever is done to the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

MINUTES = 5.0
LONGEST = 240.0  # minutes
_HEADING = re.compile(r"(#{1,2})(?:\s+(.*?))??(?:\s+#+)?")
_SETTING = re.compile(r"([A-Za-z]+)\s*:\s*(.*)")
_POINT = re.compile(r"\s{0,3}[-*+] \[[ xX]?\]\s+(\S.*)")
_NEARLY = re.compile(r"\s{0,3}[-*+]?\s*\[[ xX]?\]([^(\[].*)?")  # a point, but for a slip
_QUOTE = re.compile(r"\s{0,3}> ?(.*)")


@dataclass(frozen=True)
class Card:
    """One question. `minutes` are for the answer, spoken or drawn; `line` is where it stands."""

    id: str
    title: str
    question: str
    points: tuple[str, ...]
    answer: str
    minutes: float
    line: int = 0

    @property
    def deck(self) -> str:
        return self.id.split("/")[0]


@dataclass(frozen=True)
class Deck:
    """Cards in the order in which they are to be met. `about` says how to go about them."""

    name: str
    title: str
    about: str
    minutes: float
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, from which line on, and what to do."""

    path: Path
    line: int
    says: str


def slug(text: str) -> str:
    """A title as a part of an id: `What is a KV cache?` is `what-is-a-kv-cache`."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def parse(text: str, name: str, path: Path) -> tuple[Deck | None, list[Problem]]:
    """The deck that a text holds, and what is wrong with it; None where nothing can be used.

    path: what problems are said of.
    """
    reader = _Reader(path)
    for number, row in enumerate(text.split("\n"), 1):
        reader.take(number, row.rstrip())
    return reader.deck(name)


@dataclass
class _Draft:
    """A deck's head or a card while it is being read."""

    title: str
    line: int
    minutes: float | None = None
    text: list[str] = field(default_factory=list)
    points: list[list[str]] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    spoilt: bool = False  # something was wrong, and said


class _Reader:
    """Takes a deck line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._head: _Draft | None = None
        self._drafts: list[_Draft] = []
        self._problems: list[Problem] = []
        self._into: list[str] | None = None  # where a line without a mark of its own belongs
        self._fence = 0  # the line at which one was opened
        self._under = False  # right below a heading, where settings stand

    @property
    def _now(self) -> _Draft | None:
        return self._drafts[-1] if self._drafts else self._head

    def take(self, number: int, row: str) -> None:
        heading = None if self._fence else _HEADING.fullmatch(row)
        if heading:
            self._begin(number, heading[1], heading[2] or "")
        elif self._now is None:
            if row and not self._problems:
                self._wrong(number, "a deck begins with a line `# Title`; put one before this")
        elif not (self._under and self._setting(number, row)):
            self._under = False
            self._fill(self._now, number, row)

    def _begin(self, number: int, marks: str, title: str) -> None:
        draft = _Draft(title, number)
        if marks == "##" and self._head:
            self._drafts.append(draft)
        elif marks == "#" and not self._head:
            self._head = draft
        elif marks == "#":
            self._wrong(number, "a second `# Title`; a card begins with `## Title`")
        else:
            self._head = _Draft("", number)
            self._drafts.append(draft)
            self._wrong(number, "a deck begins with a line `# Title`; put one before its cards")
        if not slug(title):
            self._spoil(number, "a heading needs a title with letters or digits")
        self._into, self._under = None, True

    def _setting(self, number: int, row: str) -> bool:
        """Take a line below a heading as a setting; False where it is none."""
        found = _SETTING.fullmatch(row)
        draft = self._now
        if not found or not draft or (self._drafts and found[1] != "minutes"):
            return False
        if found[1] != "minutes":
            says = f"there is no setting {found[1]!r}; write `minutes: 5`, or an empty line before"
            self._wrong(number, says)
        else:
            draft.minutes = self._minutes(number, found[2])
        return True

    def _minutes(self, number: int, text: str) -> float | None:
        try:
            minutes = float(text)
        except ValueError:
            minutes = 0.0
        if 0 < minutes <= LONGEST:
            return minutes
        self._wrong(number, f"{text!r} is no number of minutes; write one, such as `minutes: 5`")
        return None

    def _fill(self, draft: _Draft, number: int, row: str) -> None:
        """Put a line where it belongs in a deck's head or a card."""
        if self._fence or row.lstrip().startswith("```"):
            self._text(draft, number, row)
            opens = row.lstrip().startswith("```")
            self._fence = (0 if self._fence else number) if opens else self._fence
        elif not row:
            self._text(draft, number, row)
        elif self._drafts and (found := _POINT.fullmatch(row)):
            draft.points.append([found[1]])
            self._into = draft.points[-1]
        elif self._drafts and (found := _QUOTE.fullmatch(row)):
            draft.answer += [""] if draft.answer and self._into is not draft.answer else []
            draft.answer.append(found[1])
            self._into = draft.answer
        elif self._drafts and _NEARLY.fullmatch(row):
            self._spoil(number, "a point is written `- [ ] text`; put it so")
        else:
            self._text(draft, number, row)

    def _text(self, draft: _Draft, number: int, row: str) -> None:
        """A line without a mark: it goes on with what was before it, up to an empty line."""
        ended = draft.points or draft.answer
        if not row and not self._fence and ended:
            self._into = None
        elif self._into is not None:
            self._into.append(row if self._fence else row.strip())
        elif not ended:
            draft.text.append(row)
        elif not draft.spoilt:
            says = "text after the points or the answer; put it before them, or begin it with `> `"
            self._spoil(number, says)

    def _spoil(self, number: int, says: str) -> None:
        """Something is wrong that costs the card in which it stands."""
        self._wrong(number, says)
        if self._now:
            self._now.spoilt = True

    def _wrong(self, number: int, says: str) -> None:
        self._problems.append(Problem(self._path, number, says))

    def deck(self, name: str) -> tuple[Deck | None, list[Problem]]:
        """What was read."""
        if self._fence:
            self._spoil(self._fence, "the code that begins here never ends; close it with ```")
        head = self._head or _Draft("", 1)
        minutes = head.minutes or MINUTES
        cards: dict[str, Card] = {}
        for draft in self._drafts:
            id = f"{name}/{slug(draft.title)}"
            if not draft.spoilt and self._is_whole(draft, cards.get(id)):
                cards[id] = _card(id, draft, minutes)
        if not self._problems and not cards:
            self._wrong(1, "there is no card in it; one begins with a line `## Title`")
        about = _joined(head.text)
        deck = Deck(name, head.title or name, about, minutes, tuple(cards.values()))
        return deck if cards else None, sorted(self._problems, key=lambda p: p.line)

    def _is_whole(self, draft: _Draft, other: Card | None) -> bool:
        """Whether a card can be used; if not, says why."""
        if other is not None:
            says = f"{draft.title!r} is also the title of the card in line {other.line}; change one"
            self._wrong(draft.line, says)
        elif not draft.points and not _joined(draft.answer):
            says = f"{draft.title!r} has neither points nor an answer; add `- [ ] ...` or `> ...`"
            self._wrong(draft.line, says)
        else:
            return True
        return False


def _card(id: str, draft: _Draft, minutes: float) -> Card:
    points = tuple(" ".join(rows) for rows in draft.points)
    text, answer = _joined(draft.text), _joined(draft.answer)
    return Card(id, draft.title, text, points, answer, draft.minutes or minutes, draft.line)


def _joined(rows: list[str]) -> str:
    return "\n".join(rows).strip("\n")
