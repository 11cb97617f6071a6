"""`drill cards`: what no code can grade, as timed self-review. Nothing here judges free text."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from grader.coach import shelf
from grader.coach.cards import NEW, Recall, Turn, queue, review
from grader.coach.decks import Card, Deck, Problem
from grader.coach.practice import Practice
from grader.judge import catalogue
from grader.views import diary, exits
from grader.views.cardtext import answer, body, question, rated
from grader.views.exits import Misuse
from grader.views.layout import Line, counted, labelled, line, prose
from grader.views.screen import Screen, complain
from grader.views.workspace import Workspace, shown

FOLDER = "decks"
OWN = (
    "Decks of your own: a file `decks/NAME.md` beside `exercises/`, with `# Title`, `minutes: 5`, "
    "and for each card `## Title`, the question, `- [ ]` points and a `> ` answer."
)


def cards(args: argparse.Namespace, view: Screen) -> int:
    """`drill cards` and the words after it."""
    word, *rest = args.words or [""]
    serve = {"list": _list, "show": _show, "review": _review}.get(word, _sit)
    return serve([word, *rest] if serve is _sit else rest, args, view)


def all_decks() -> tuple[list[Deck], list[Problem]]:
    """Ours, those of packs, the follow-up questions, and the learner's; and what is wrong."""
    folders = [Path(folder) / FOLDER for folder in catalogue.folders()]
    found = Workspace.find()
    mine = [found.root / FOLDER] if found else []
    return shelf.read([*folders, *mine], [shelf.followups(catalogue.cards())])


def _sound_decks() -> list[Deck]:
    """All decks, after a word on what is wrong with some."""
    every, problems = all_decks()
    _complain(problems)
    return every


def _complain(problems: list[Problem]) -> None:
    """One line for each file, on the first of its problems."""
    for path in dict.fromkeys(problem.path for problem in problems):
        first, *others = (problem for problem in problems if problem.path == path)
        more = f" ({len(others)} more in this file)" if others else ""
        complain(f"{shown(path)}:{first.line}: {first.says}{more}.")


def _sit(words: list[str], args: argparse.Namespace, view: Screen) -> int:
    """`drill cards [DECK|CARD]`: cards one after the other, at a terminal."""
    if len(words) > 1:
        raise Misuse(f"{' '.join(words)!r} is more than one deck or card; name one.")
    every, problems = all_decks()
    try:
        return _through(every, words[0], args.new, view)
    finally:
        _complain(problems)  # at the end: the cards would wipe it away


def review_today(view: Screen) -> None:
    """Today's cards, from within another view that has the terminal."""
    _through(all_decks()[0], "", NEW, view)


def _practice() -> Practice:
    """The history, without the exercises: cards have nothing to do with them."""
    return Practice(diary.data_folder(), ())


def _through(every: list[Deck], word: str, new: int, view: Screen) -> int:
    practice = _practice()
    turns = _turns(every, word, Recall.of(practice), new)
    if not turns:
        where = f" in {word}" if word else ""
        more = f"drill cards {word}".strip() + f" --new {new + 10}"
        view.say(f"Nothing is left for today{where}. `{more}` brings more new cards.")
        return exits.PASSED
    if not view.is_terminal:
        raise Misuse(
            "`drill cards` needs a terminal to show the clock and to read keys. Elsewhere use "
            f"`drill cards show {turns[0].card.id}` and `drill cards review`."
        )
    from grader.views.sitting import sit

    return sit(turns, practice, view)


def _turns(every: list[Deck], word: str, memory: Recall, new: int) -> list[Turn]:
    """The cards that a word stands for: a card, a deck, or everything."""
    if not word:
        return queue(every, memory, new)
    if "/" in word:
        card = _card(every, word)
        return [Turn(card, "again" if memory.last(card) else "new")]
    return queue([_deck(every, word)], memory, new)


def _list(rest: list[str], args: argparse.Namespace, view: Screen) -> int:
    """`drill cards list [DECK]`: decks, or the cards of some."""
    every = _sound_decks()
    chosen = [_deck(every, word) for word in rest]
    memory = Recall.of(_practice())
    if args.json:
        found = [_facts(card, memory) for deck in chosen or every for card in deck.cards]
        view.write(json.dumps(found))
        return exits.PASSED
    for deck in chosen:
        head = [*prose(f"{deck.title} ({deck.name})", view.width, "strong")]
        about = [*body(deck.about, view.width), line()] if deck.about else []
        view.show([*head, *about, *(_row(card, memory, view.width) for card in deck.cards)])
    if not chosen:
        view.show([part for deck in every for part in _about(deck, memory, view.width)])
        view.show([line(), *prose(OWN, view.width, "dim")])
    return exits.PASSED


def _about(deck: Deck, memory: Recall, width: int) -> list[Line]:
    """One deck in a line or two."""
    due = sum(memory.is_due(card) for card in deck.cards)
    new = sum(card.id not in memory.begun for card in deck.cards)
    counts = f"{counted(len(deck.cards), 'card')} of {deck.minutes:g} min"
    return labelled(deck.name, f"{deck.title} · {counts} · {due} due, {new} new", width)


def _row(card: Card, memory: Recall, width: int) -> Line:
    days = memory.days(card)
    when = "new" if days is None else "due" if memory.is_due(card) else f"in {days} d"
    id, room = card.id.split("/", 1)[1], max(8, width - 12)
    return (f"  {when:<8} ", "dim"), (id if len(id) <= room else f"{id[: room - 1]}…", "code")


def _facts(card: Card, memory: Recall) -> dict[str, object]:
    state = memory.states.get(card.id)
    return {
        "id": card.id,
        "title": card.title,
        "minutes": card.minutes,
        "points": len(card.points),
        "level": state.level if state else "new",
        "due": state.due.isoformat() if state and state.due else None,
    }


def _show(rest: list[str], args: argparse.Namespace, view: Screen) -> int:
    """`drill cards show CARD`: the question; with --answer what there is to compare with."""
    card, width = _named(rest, "show"), view.width
    head = line(f"{card.id} · {card.minutes:g} min", "label")
    lines = [head, line(), *question(card, width), line()]
    how = f"drill cards show {card.id} --answer"
    if args.answer:
        how = f"drill cards review {card.id} --rating 3{' --ticks 1' * bool(card.points)}"
        lines += answer(card, width)
        for number, point in enumerate(card.points, 1):
            lines += prose(point, width, "", f"{number:>4}. ", "      ")
        lines += [line()] if card.points else []
    view.show([*lines, line(how, "code")])
    return exits.PASSED


def _review(rest: list[str], args: argparse.Namespace, view: Screen) -> int:
    """`drill cards review CARD --rating N`: write down how it went."""
    card = _named(rest, "review")
    if args.rating is None:
        raise Misuse(
            "A review needs `--rating`: 1 (again), 2 (hard), 3 (good) or 4 (easy), such as "
            f"`drill cards review {card.id} --rating 3`."
        )
    ticks = _ticks(args.ticks, card)
    seconds = None if args.seconds is None else float(args.seconds)
    view.say(rated(card, args.rating, review(_practice(), card, args.rating, ticks, seconds)))
    return exits.PASSED


def _ticks(text: str, card: Card) -> list[int]:
    """The numbers of the points that were named, in order; raises Misuse for others."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    known = {str(number): number for number in range(1, len(card.points) + 1)}
    for word in words:
        if word not in known:
            has = f"has points 1 to {len(known)}" if known else "has no points"
            raise Misuse(f"There is no point {word!r} to tick; {card.id} {has}.")
    return sorted({known[word] for word in words})


def _named(rest: list[str], command: str) -> Card:
    if len(rest) != 1:
        raise Misuse(f"`drill cards {command}` takes one card, not {len(rest)}; name it by its id.")
    return _card(_sound_decks(), rest[0])


def _card(every: list[Deck], word: str) -> Card:
    try:
        return shelf.find(every, word)
    except shelf.UnknownCard as error:
        raise Misuse(str(error)) from None


def _deck(every: list[Deck], word: str) -> Deck:
    found = {deck.name: deck for deck in every}
    if word not in found:
        raise Misuse(f"There is no deck {word!r}; there are {', '.join(found)}.")
    return found[word]
