"""Cards at a terminal: a question, a clock, the answer, points to tick, a rating, the next one."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Callable
from types import TracebackType

from grader.coach.cards import RATINGS, Recall, Turn, review, suggested
from grader.coach.decks import Card
from grader.coach.practice import Practice
from grader.views import exits
from grader.views.cardtext import answer, question, rated
from grader.views.keys import QUIT, Keys, keyboard
from grader.views.layout import Line, counted, height, line, prose
from grader.views.screen import Screen

GO = (" ", "\r", "\n")
YES, NO = ("y", "1"), ("n", "0")
MARKS = {True: ("✓", "good"), False: ("✗", "bad"), None: ("?", "label")}


class Left(Exception):
    """The learner has had enough."""


def sit(turns: list[Turn], practice: Practice, view: Screen) -> int:
    """Go through some cards until they are done or someone leaves."""
    done, told = 0, ""
    with contextlib.suppress(Left, KeyboardInterrupt), Hands(keyboard()) as hands:
        for place, turn in enumerate(turns, 1):
            seat = _Seat(turn.card, practice, view, hands)
            seat.open(f"{place} of {len(turns)} · {turn.why}", told)
            told = seat.serve()
            done += bool(told)
    view.status("")
    view.show([line(), *prose(told, view.width, "dim"), *_farewell(done, len(turns), view.width)])
    return exits.PASSED


def _farewell(done: int, of: int, width: int) -> list[Line]:
    left = f"; {of - done} left. `drill cards` goes on." if done < of else "."
    return prose(f"{counted(done, 'card')} reviewed{left}", width, "strong")


class Hands:
    """The keyboard, one key at a time."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._pressed = ""
        self._wake, self._other = socket.socketpair()

    def key(self, seconds: float) -> str:
        """The next key, or nothing after some seconds; raises Left for `q`."""
        if not self._pressed:
            self._pressed = self._keys.wait(seconds, self._wake)
        key, self._pressed = self._pressed[:1], self._pressed[1:]
        if key == QUIT:
            raise Left
        return key

    def one_of(self, wanted: tuple[str, ...]) -> str:
        """Wait for one of some keys; what was pressed before it was asked for counts too."""
        while (key := self.key(60.0)) not in wanted:
            pass
        return key

    def __enter__(self) -> Hands:
        self._keys.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._keys.__exit__(kind, error, at)
        self._wake.close()
        self._other.close()


class Clock:
    """Seconds at work, without pauses."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._since: float | None = now()
        self._before = 0.0

    @property
    def seconds(self) -> float:
        return self._before + (self._now() - self._since if self._since is not None else 0.0)

    @property
    def stands(self) -> bool:
        return self._since is None

    def press(self) -> None:
        """Stop, or go on."""
        self._before, self._since = self.seconds, self._now() if self.stands else None


class _Seat:
    """One card on the screen."""

    def __init__(self, card: Card, practice: Practice, view: Screen, hands: Hands) -> None:
        self._card, self._practice, self._view, self._hands = card, practice, view, hands
        last = Recall.of(practice).last(card)
        self._missed = last.missed(card) if last else frozenset()

    def open(self, where: str, told: str) -> None:
        """Show the question, below what there is to tell of the card before."""
        width = self._view.width
        head = f"{self._card.deck} · {where} · {self._card.minutes:g} min"
        before = [*prose(told, width, "dim"), line()] if told else []
        self._view.clear()
        text = question(self._card, width)
        self._view.show([*before, line(head, "label"), line(), *text, line()])

    def serve(self) -> str:
        """From the question to the rating; gives what follows, nothing where it was put off."""
        seconds = self._think()
        self._view.status("")
        if seconds is None:
            return ""
        self._view.show(answer(self._card, self._view.width))
        while True:
            ticks = self._tick()
            rating = self._rate(len(ticks), seconds)
            if rating is not None:
                days = review(self._practice, self._card, rating, ticks, round(seconds, 1))
                return rated(self._card, rating, days)

    def _think(self) -> float | None:
        """Run the clock until the answer is asked for; gives the seconds, or None to put it off."""
        clock, limit, rung = Clock(), 60 * self._card.minutes, False
        while True:
            self._view.status(f"{_time(clock, limit)} · space answer · s later · p pause · q quit")
            if clock.seconds > limit and not rung:
                rung = True
                sys.stdout.write("\a")  # who speaks does not look at the clock
                sys.stdout.flush()
            key = self._hands.key(60.0 if clock.stands else 1.0 - clock.seconds % 1.0)
            if key == "p":
                clock.press()
            elif key == "s" or key in GO:
                return None if key == "s" else clock.seconds

    def _tick(self) -> list[int]:
        """Ask for every point whether it was said; gives the numbers of those that were."""
        if self._card.points:
            self._view.show([line("  Which of these did you say?", "label")])
        return [n for n, text in enumerate(self._card.points, 1) if self._said(n, text)]

    def _said(self, number: int, text: str) -> bool:
        rows = self._point(number, text, None)
        self._view.show(rows)
        self._view.status(f"{number} of {len(self._card.points)} · y said it · n not · q quit")
        said = self._hands.one_of(YES + NO) in YES
        up = sum(height(row, self._view.size[0]) for row in rows)
        sys.stdout.write(f"\r\x1b[{up}A\x1b[J")
        self._view.show(self._point(number, text, said))
        return said

    def _point(self, number: int, text: str, said: bool | None) -> list[Line]:
        """A point with its mark."""
        mark, style = MARKS[said]
        again = " (missed last time)" if number in self._missed else ""
        first, *others = prose(f"{text}{again}", self._view.width - 4)
        return [((f"  {mark} ", style), *first), *((("    ", ""), *row) for row in others)]

    def _rate(self, ticked: int, seconds: float) -> int | None:
        """Ask how well it went; None to tick the points again."""
        of, minutes = len(self._card.points), self._card.minutes
        best = suggested(ticked, of, seconds, minutes)
        points = f"{ticked} of {of} points, " if of else ""
        text = f"{points}{_minutes(seconds)} of {_minutes(60 * minutes)}: {RATINGS[best]}?"
        self._view.show([line(), *prose(text, self._view.width, "strong", "  ", "  ")])
        words = " · ".join(f"{number} {word}" for number, word in RATINGS.items())
        self._view.status(f"{words} · Enter {best}{' · t tick again' * bool(of)} · q quit")
        key = self._hands.one_of((*map(str, RATINGS), *GO, *"t" * bool(of)))
        self._view.status("")
        return None if key == "t" else best if key in GO else int(key)


def _time(clock: Clock, limit: float) -> str:
    over = " over" if clock.seconds > limit else ""
    stands = " paused" if clock.stands else ""
    return f"{_minutes(clock.seconds)} of {_minutes(limit)}{over}{stands}"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
