"""The map of a track: its exercises as boxes, with arrows from what each builds on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from grader.judge.catalogue import Card, cards
from grader.notebook.drawing import Picture, blank

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVELS = {1: "#e3eef9", 2: "#b5d4ee", 3: "#7db3de"}
ELSEWHERE = "#eeeeee"
WIDE, TALL = 2.1, 0.75  # inches from one box to the next
BOX = (0.72, 0.66)  # a box's part of these

Place = tuple[float, float]  # column, row


def track_map(track: str) -> Picture:
    """How the exercises of a track build on each other, from left to right.

    What they need of other tracks is grey; what neither needs nor is needed stands below the rest.
    Raises LookupError for a track that there is not.
    """
    by_id = {card.id: card for card in cards()}
    here = [card for card in by_id.values() if card.track == track]
    if not here:
        known = ", ".join(dict.fromkeys(card.track for card in by_id.values()))
        raise LookupError(f"There is no track {track!r}. There are {known}.")
    arrows = {card.id: _nearest(card, by_id) for card in here}
    places = _places(arrows)
    columns = 1 + max(at for at, _ in places.values())
    rows = 1 + max(at for _, at in places.values())
    figure = blank(WIDE * columns, TALL * rows)
    axes = figure.add_subplot()
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    axes.axis("off")
    for id, place in places.items():
        _draw_box(axes, place, *_label(by_id[id], track))
    for id, needs in arrows.items():
        for need in needs:
            _draw_arrow(axes, places[need], places[id])
    return Picture(figure, f"map of {track}: {_in_words(arrows)}")


def _draw_box(axes: Axes, place: Place, label: str, colour: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    corner = (place[0] - BOX[0] / 2, place[1] - BOX[1] / 2)
    style = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch(corner, *BOX, boxstyle=style, facecolor=colour, edgecolor="grey"))
    axes.text(*place, label, ha="center", va="center", fontsize=8.5)


def _draw_arrow(axes: Axes, start: Place, end: Place) -> None:
    line = {"arrowstyle": "-|>", "color": "grey", "shrinkA": 0, "shrinkB": 1}
    to, at = (end[0] - BOX[0] / 2, end[1]), (start[0] + BOX[0] / 2, start[1])
    axes.annotate("", to, at, arrowprops=line)


def _nearest(card: Card, by_id: Mapping[str, Card]) -> list[str]:
    """What an exercise needs, less what it has through another need."""
    needs = [id for id in card.needs if id in by_id]
    through = set().union(*(_all_needs(by_id[id], by_id) for id in needs))
    return [id for id in needs if id not in through]


def _all_needs(card: Card, by_id: Mapping[str, Card]) -> set[str]:
    direct = {id for id in card.needs if id in by_id}
    return direct.union(*(_all_needs(by_id[id], by_id) for id in direct))


def _places(arrows: Mapping[str, list[str]]) -> dict[str, Place]:
    """A column for each step of building on something; in it, near what one builds on."""
    columns: dict[int, list[str]] = {}
    for id, column in _columns(arrows).items():
        columns.setdefault(column, []).append(id)
    tallest = max(map(len, columns.values()), default=0)
    places: dict[str, Place] = {}
    for column, unsorted in sorted(columns.items()):
        before = {id: [places[need][1] for need in arrows.get(id, ())] for id in unsorted}
        ids = sorted(unsorted, key=lambda one: _middle(before[one]))
        top = (tallest - len(ids)) / 2
        places |= {id: (column, top + row) for row, id in enumerate(ids)}
    alone = [id for id in arrows if id not in places]
    wide = max(len(columns), 3)
    return places | {id: (at % wide, tallest + at // wide) for at, id in enumerate(alone)}


def _columns(arrows: Mapping[str, list[str]]) -> dict[str, int]:
    """The column of each that is tied to another: as far left as can be, or as far right where
    that makes the arrows shorter.
    """
    users: dict[str, list[str]] = {}
    for id, needs in arrows.items():
        for need in needs:
            users.setdefault(need, []).append(id)
    tied = list(dict.fromkeys(id for id in (*arrows, *users) if arrows.get(id) or id in users))
    early = {id: _steps(id, arrows) for id in tied}
    last = max(early.values(), default=0)
    late = {id: last - _steps(id, users) for id in tied}

    def length(columns: dict[str, int]) -> int:
        return sum(columns[id] - columns[need] for id in tied for need in arrows.get(id, ()))

    return min(early, late, key=length)


def _steps(id: str, ways: Mapping[str, list[str]]) -> int:
    """How many steps the longest way from here has."""
    return max((1 + _steps(next, ways) for next in ways.get(id, ())), default=0)


def _middle(rows: list[float]) -> float:
    return sum(rows) / len(rows) if rows else 0.0


def _label(card: Card, track: str) -> tuple[str, str]:
    """What a box says, and its colour."""
    name = card.id.split("/")[1]
    if card.track != track:
        return f"{card.track}/\n{name}", ELSEWHERE
    return f"{name}\nlevel {card.level}, {card.minutes} min", LEVELS.get(card.level, LEVELS[3])


def _in_words(arrows: Mapping[str, list[str]]) -> str:
    parts = [f"{id} builds on {' and '.join(needs)}" for id, needs in arrows.items() if needs]
    return "; ".join(parts) or "no exercise builds on another"
