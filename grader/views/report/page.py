"""The report as one file of HTML, which needs nothing else: no network, no script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from grader.coach.history import FREE, Round
from grader.coach.practice import Picture
from grader.coach.progress import Progress
from grader.views.layout import counted
from grader.views.report import sections
from grader.views.report.markup import Inside, Markup, table, tag
from grader.views.status import days_told, interview_told, pace_told
from grader.views.text import words

MARK = '<meta name="generator" content="Unaided practice report">'  # by which we know our own
STYLE = Path(__file__).with_name("style.css")
SAFE = "default-src 'none'; style-src 'unsafe-inline'"  # what a browser may load for it
BARE = ("the statement", "the signature", "one sentence")  # what a round begins with


def page(picture: Picture, found: Progress) -> str:
    """The whole file. found: the numbers of that picture."""
    title = f"Practice report, {_dated(found.at.date())}"
    body = tag(
        "body", tag("main", tag("h1", "Practice report"), *_summary(found), *_all(picture, found))
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        Markup(MARK),
        tag("meta", http_equiv="Content-Security-Policy", content=SAFE),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(STYLE.read_text(encoding="utf-8"))),
    )


def _summary(found: Progress) -> list[Markup]:
    today = found.at.date()
    empty = "No practice is on record yet. Run drill status to see what to begin with."
    told = [
        interview_told(found.goal, today) if found.goal else "",
        days_told(found) if found.days.last else empty,
        pace_told(found.pace) if found.pace else "",
        f"As of {_dated(today)}, {found.at:%H:%M}.",
    ]
    return [tag("p", words) for words in told if words]


def _all(picture: Picture, found: Progress) -> list[Markup]:
    today = found.at.date()
    return [
        sections.tracks(found.tracks),
        sections.attempts(found.attempts),
        sections.times(found.timed),
        sections.recurring("Laws that were broken", "law", found.laws, today),
        sections.recurring("Mistakes that were named", "mistake", found.mistakes, today),
        sections.plan(found),
        _rounds(picture),
    ]


def _rounds(picture: Picture) -> Markup:
    minutes = {fact.id: fact.minutes for fact in picture.facts}
    found = sorted(picture.rounds, key=lambda one: one.began, reverse=True)
    if not found:
        return sections.section("Rounds", "No round was begun yet.")
    head = ["began", "exercise", "kind", "from", "attempts", "hints", "minutes", "end", "mistake"]
    told = table("Every round", head, [_round(one, minutes.get(one.exercise)) for one in found])
    return sections.section("Rounds", f"{counted(len(found), 'round')}, the last one first.", told)


def _round(round: Round, minutes: int | None) -> list[Inside]:
    named = [run.mistake for run in round.runs if run.mistake]
    of = f" of {minutes}" if minutes else ""
    return [
        f"{round.began.astimezone():%Y-%m-%d %H:%M}",
        round.exercise,
        round.mode,
        BARE[min(max(round.bare, 0), len(BARE) - 1)],
        len(round.runs),
        round.hints,
        "" if round.mode == FREE else f"{round.seconds / 60:.1f}{of}",
        round.outcome or "open",
        words(str(named[-1])) if named else "",
    ]


def _dated(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
