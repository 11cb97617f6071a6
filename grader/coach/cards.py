"""Which card comes next, and what was said of cards so far.

Reviews are events of kind "reviewed" with `card`; `rating`; `ticks`, the numbers of the points that
were ticked, from 1; `of`, how many points the card then had; `seconds`, None where nobody measured.
They are remembered by the same FSRS as exercises.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from fsrs import Rating

from grader.coach.decks import Card, Deck
from grader.coach.event import Event
from grader.coach.memory import State, after
from grader.coach.practice import Practice

REVIEWED = "reviewed"
RATINGS = {1: "again", 2: "hard", 3: "good", 4: "easy"}
NEW = 10  # new cards a day
LONG = 10.0  # minutes; what takes longer is met once a day, at the end


@dataclass(frozen=True)
class Review:
    """What a learner said of one go at a card."""

    card: str
    at: datetime
    rating: int
    ticks: tuple[int, ...] = ()
    of: int = 0
    seconds: float | None = None

    def missed(self, card: Card) -> frozenset[int]:
        """The numbers of the points that were not ticked; none where the card has changed since."""
        if self.of != len(card.points):
            return frozenset()
        return frozenset(range(1, self.of + 1)) - set(self.ticks)


@dataclass(frozen=True)
class Turn:
    """A card whose turn it is: `why` is "due", "new", or "again" where it was asked for."""

    card: Card
    why: str


@dataclass(frozen=True)
class Recall:
    """What was said of all cards, in order of time, and what it comes to at a moment."""

    reviews: tuple[Review, ...]
    at: datetime

    @classmethod
    def of(cls, practice: Practice) -> Recall:
        picture = practice.picture()
        return cls(tuple(sorted(reviews(picture.events), key=lambda r: r.at)), picture.at)

    @cached_property
    def states(self) -> dict[str, State]:
        """How well each card that was ever reviewed is remembered, by id."""
        known: dict[str, State] = {}
        for review in self.reviews:
            before = known.get(review.card, State())
            known[review.card] = after(before, Rating(review.rating), review.at)
        return known

    def last(self, card: Card) -> Review | None:
        """The latest review of a card."""
        return next((r for r in reversed(self.reviews) if r.card == card.id), None)

    def days(self, card: Card) -> int | None:
        """Days until a card is due, as the calendar counts them; None for a new one."""
        state = self.states.get(card.id)
        return None if state is None or state.due is None else (_day(state.due) - self.today).days

    def is_due(self, card: Card) -> bool:
        return self.states.get(card.id, State()).is_due(self.at)

    @property
    def today(self) -> date:
        return _day(self.at)

    @cached_property
    def begun(self) -> dict[str, date]:
        """The day of each card's first review."""
        found: dict[str, date] = {}
        for review in self.reviews:
            found.setdefault(review.card, _day(review.at))
        return found


def reviews(events: Iterable[Event]) -> Iterator[Review]:
    """The reviews among some events; those that make no sense are left out."""
    for event in events:
        facts = event.facts
        card, rating, of = facts.get("card"), facts.get("rating"), facts.get("of")
        if event.kind != REVIEWED or not isinstance(card, str):
            continue
        if not isinstance(rating, int) or rating not in RATINGS:
            continue
        ticks, seconds = facts.get("ticks"), facts.get("seconds")
        yield Review(
            card,
            event.at,
            rating,
            tuple(t for t in ticks if isinstance(t, int)) if isinstance(ticks, list) else (),
            of if isinstance(of, int) else 0,
            float(seconds) if isinstance(seconds, (int, float)) else None,
        )


def review(
    practice: Practice, card: Card, rating: int, ticks: Sequence[int], seconds: float | None
) -> int:
    """Write down a review; gives the days until the card comes again."""
    facts = {"card": card.id, "seconds": seconds, "ticks": [*ticks], "of": len(card.points)}
    practice.log.add(REVIEWED, practice.picture().at, **facts, rating=rating)
    return Recall.of(practice).days(card) or 0


def queue(decks: Sequence[Deck], memory: Recall, new: int = NEW) -> list[Turn]:
    """The cards of today, in order.

    Those that are due, the likeliest to be forgotten first, and spread among them the new ones, up
    to `new` a day. With several decks, new cards are taken from each in turn, and of the cards that
    take long only one comes, last, unless there was one today.
    """
    every = _in_turn(decks)
    if len(decks) == 1:
        return _mixed(_due(every, memory), _fresh(every, memory, new))
    quick = [card for card in every if card.minutes <= LONG]
    long = [card for card in every if card.minutes > LONG]
    turns = _mixed(_due(quick, memory), _fresh(quick, memory, new))
    met = {r.card for r in memory.reviews if _day(r.at) == memory.today}
    if not met & {card.id for card in long}:
        turns += [*_mixed(_due(long, memory), []), *_mixed([], _fresh(long, memory, new))][:1]
    return turns


def suggested(ticked: int, of: int, seconds: float, minutes: float) -> int:
    """The rating that points and time speak for; the learner decides.

    Easy: every point, in time. Good: three quarters. Hard: half. Again: less. More than a quarter
    over the time takes off one. Without points only time speaks: good or hard.
    """
    late = seconds > 60 * minutes * 1.25
    if not of:
        return 2 if late else 3
    share = ticked / of
    if share == 1 and seconds <= 60 * minutes:
        return 4
    rating = 3 if share >= 0.75 else 2 if share >= 0.5 else 1
    return max(1, rating - late)


def _in_turn(decks: Iterable[Deck]) -> list[Card]:
    """The first cards of all decks, then the second ones, and so on."""
    rows = itertools.zip_longest(*(deck.cards for deck in decks))
    return [card for row in rows for card in row if card is not None]


def _due(cards: Iterable[Card], memory: Recall) -> list[Card]:
    """Those that are due, the likeliest to be forgotten first."""
    due = [card for card in cards if memory.is_due(card)]
    return sorted(due, key=lambda card: memory.states[card.id].recall(memory.at))


def _fresh(cards: Sequence[Card], memory: Recall, new: int) -> list[Card]:
    """The new ones that may still be met today."""
    met = sum(memory.begun.get(card.id) == memory.today for card in cards)
    return [card for card in cards if card.id not in memory.begun][: max(0, new - met)]


def _mixed(due: Sequence[Card], fresh: Sequence[Card]) -> list[Turn]:
    """Both kinds in their order, spread evenly over the whole."""
    placed = [
        ((place + 0.5) / len(cards), Turn(card, why))
        for why, cards in (("due", due), ("new", fresh))
        for place, card in enumerate(cards)
    ]
    return [turn for _, turn in sorted(placed, key=lambda pair: pair[0])]


def _day(at: datetime) -> date:
    """The day where the learner is."""
    return at.astimezone().date()
