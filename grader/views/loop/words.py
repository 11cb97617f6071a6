"""What the loop says: times, results, dates."""

from __future__ import annotations

from datetime import datetime

from grader.coach.history import Round
from grader.coach.memory import rating
from grader.coach.practice import Picture
from grader.judge.catalogue import Card
from grader.views.layout import Line, counted, labelled

RATINGS = ("", "again", "hard", "good", "easy")


def clock(seconds: float) -> str:
    """A time at work as minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02}:{rest:02}"


def day(at: datetime, now: datetime) -> str:
    """A date as one says it: today, tomorrow, or the day with how far it is."""
    ahead = (at.astimezone().date() - now.astimezone().date()).days
    if ahead <= 1:
        return "tomorrow" if ahead == 1 else "today"
    return f"{at.astimezone():%A, %d %B} (in {ahead} days)"


def result(round: Round, card: Card, width: int) -> list[Line]:
    """How a round went: its time, runs and hints."""
    spent = f"{clock(round.seconds)} of {card.minutes} minutes" if round.mode != "free" else ""
    parts = [spent, counted(len(round.runs), "run"), counted(round.hints, "hint")]
    what = "passed in" if round.passed else "given up"
    return labelled(what, ", ".join(filter(None, parts)), width, "good" if round.passed else "")


def coming(round: Round, card: Card, picture: Picture, width: int) -> list[Line]:
    """What the round was worth, and when the exercise comes again."""
    state = picture.states.get(card.id)
    worth = rating(round, card.minutes)
    if state is None or state.due is None or worth is None:
        return []
    whose = "you said" if round.said else "counts as"
    lines = labelled(whose, f"{RATINGS[worth]}; keys 1 again, 2 hard, 3 good, 4 easy", width)
    return lines + labelled("comes again", day(state.due, picture.at), width)
