"""All exercises on the screen: search, choose one to go on with, or lay one blank."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from grader.coach.practice import Picture
from grader.judge.catalogue import Card
from grader.views.keys import BACKSPACE, DOWN, ENTER, ESCAPE, UP, Keys
from grader.views.layout import Line, line, prose
from grader.views.screen import Screen

KEYS = "type to search · ↑ ↓ choose · Enter go on with it · Esc back"
LEVELS = {"new": "·", "learning": "◔", "known": "◑", "firm": "●"}


def choose(keys: Keys, view: Screen, picture: Picture, every: Sequence[Card]) -> Card | None:
    """The exercise that the learner picks; None to go back."""
    wanted, place = "", 0
    silent, other = socket.socketpair()
    with silent, other:
        while True:
            found = matching(every, wanted)
            place = max(0, min(place, len(found) - 1))
            _draw(view, picture, found, wanted, place)
            for key in keys.wait(60.0, silent):
                if key == ESCAPE or not keys.alive:
                    return None
                if key == ENTER and found:
                    return found[place]
                if key in (UP, DOWN):
                    place += 1 if key == DOWN else -1
                elif key == BACKSPACE:
                    wanted = wanted[:-1]
                elif key.isprintable():
                    wanted, place = wanted + key, 0


def matching(every: Sequence[Card], wanted: str) -> list[Card]:
    """The exercises whose id or title has every word that was typed."""
    words = wanted.lower().split()
    return [c for c in every if all(word in f"{c.id} {c.title}".lower() for word in words)]


def _draw(view: Screen, picture: Picture, found: list[Card], wanted: str, place: int) -> None:
    columns, rows = view.size
    room = max(3, rows - 5)
    start = max(0, min(place - room // 2, len(found) - room))
    lines: list[Line] = [line(f"search: {wanted}_", "label"), line()]
    for number, card in enumerate(found[start : start + room], start):
        lines.append(_row(card, picture, number == place, columns))
    lines += prose(f"No exercise has {wanted!r}.", view.width) if not found else []
    view.clear()
    view.show([*lines, line(), *prose(KEYS, view.width, "label")])


def _row(card: Card, picture: Picture, chosen: bool, columns: int) -> Line:
    state = picture.states.get(card.id)
    level = state.level if state else "new"
    mark = "▸ " if chosen else "  "
    began = " · open" if picture.open(card.id) else ""
    text = f"{LEVELS[level]} {card.id}"
    about = f"  {card.title} · {card.minutes} min · {level}{began}"
    room = max(0, columns - len(text) - len(mark) - 1)
    return (mark, "label"), (text, "strong" if chosen else ""), (about[:room], "dim")
