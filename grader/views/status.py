"""`drill status`: how the practice goes, on one screen. Only what was seen, and no scolding."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import date

from grader.coach.plan import Goal
from grader.coach.progress import LEVELS, STRIP, Coverage, Mastery, Pace, Progress, Recurring
from grader.coach.queue import Item
from grader.views import diary, exits
from grader.views.layout import Line, counted, labelled, line, prose
from grader.views.screen import Screen
from grader.views.text import words

SCHEMA = 1
FIRST = 5  # exercises that are named
WORST = 3  # mistakes that are named
BESIDE = 96  # columns from which a reason has room beside its exercise
BAR = 40  # columns of the longest bar, at most
BLOCKS = {"firm": "█", "known": "▓", "learning": "▒", "new": "░"}
SIGNS = {"firm": "#", "known": "=", "learning": "-", "new": "."}  # where there are no blocks
STYLES = {"firm": "good", "known": "good", "learning": "label", "new": "dim"}


def status(args: argparse.Namespace, view: Screen) -> int:
    """How it goes, for people or as one JSON object."""
    found = Progress.of(diary.practice().picture())
    if args.json:
        view.write(as_json(found))
    else:
        view.show(screen(found, view.width, marks(sys.stdout.encoding)))
    return exits.PASSED


def marks(encoding: str | None) -> dict[str, str]:
    """The signs for the levels that an encoding has."""
    try:
        "".join(BLOCKS.values()).encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return SIGNS
    return BLOCKS


def as_json(found: Progress) -> str:
    """All numbers; dates as ISO 8601."""
    facts = {"schema": SCHEMA} | dataclasses.asdict(found)
    return json.dumps(facts, default=lambda moment: moment.isoformat())


def screen(found: Progress, width: int, signs: dict[str, str]) -> list[Line]:
    """Everything, or on the first day what to do first."""
    if found.days.last is None:
        return _apart(_interview(found, width), _first_day(found, width))
    return _apart(
        _interview(found, width),
        _days(found, width, signs),
        _tracks(found.tracks, width, signs),
        _today(found, width),
        prose(pace_told(found.pace), width) if found.pace else [],
        _mistakes(found.mistakes, found.at.date(), width),
    )


def _apart(*parts: list[Line]) -> list[Line]:
    """What there is of the parts, with an empty line between them."""
    lines = [row for part in parts if part for row in (line(), *part)]
    return lines[1:]


# Sentences, which the report has as well.


def on_day(day: date, today: date) -> str:
    """A day in words: near ones by their distance, others by their date."""
    ago = (today - day).days
    near = {0: "today", 1: "yesterday"}
    if ago in near or not 0 <= ago <= STRIP:
        return near.get(ago, f"on {day.day} {day:%B %Y}")
    return f"{ago} days ago"


def interview_told(goal: Goal, today: date) -> str:
    """When the interview is."""
    left = (goal.date - today).days
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    budget = f", with {counted(goal.minutes, 'minute')} a day until then" if left else ""
    return f"Interview {when} ({goal.date:%A}, {goal.date.day} {goal.date:%B %Y}){budget}."


def plan_told(coverage: Sequence[Coverage]) -> str:
    """What becomes of the exercises of the plan."""
    done, planned, left_out = (
        sum(len(getattr(track, fate)) for track in coverage)
        for fate in ("done", "planned", "left_out")
    )
    total = done + planned + left_out
    rest = f", {left_out} for which there is no time" if left_out else ""
    return f"The plan has {counted(total, 'exercise')}: {done} done, {planned} planned{rest}."


def days_told(found: Progress) -> str:
    """On how many days there was practice, and the run, where there is one."""
    count, run, last = sum(found.days.strip), found.days.run, found.days.last
    if last is not None and not count:
        return f"You last practised {on_day(last, found.at.date())}. A short round is a good start."
    text = f"You practised on {count} of the last {STRIP} days."
    if not run:
        return text
    return f"{text} Present run: {counted(run, 'day')}; a day off does not end it."


def pace_told(pace: Pace) -> str:
    """The last passes against the interview's minutes."""
    if pace.passes == 1:
        return f"Your pass took {pace.share:.0%} of the minutes that an interview gives."
    return (
        f"Your last {pace.passes} passes took {pace.share:.0%} of the minutes that an interview "
        f"gives (median); {pace.within} of them were within it."
    )


def recall_told(track: Mastery) -> str:
    """How many exercises of a track were practised, and how well they are remembered."""
    chance = "" if track.recall is None else f", recall {track.recall:.0%}"
    return f"{track.practised} of {track.of}{chance}"


# The parts of the screen.


def _first_day(found: Progress, width: int) -> list[Line]:
    text = "No practice is on record yet. Begin with one exercise; everything else follows from it."
    lines = [*prose(text, width), line()]
    if not found.due:
        return lines
    first = found.due[0]
    about = f"{first.id}, {first.minutes} minutes in an interview"
    return [
        *lines,
        *labelled("first", about, width, "strong"),
        *labelled("read it", f"drill show {first.id}", width, "code"),
        *labelled("write it", f"drill start {first.id}", width, "code"),
    ]


def _interview(found: Progress, width: int) -> list[Line]:
    if found.goal is None:
        return []
    told = interview_told(found.goal, found.at.date())
    told += f" {plan_told(found.coverage)}" if found.coverage else ""
    return prose(told, width, "strong")


def _days(found: Progress, width: int, signs: dict[str, str]) -> list[Line]:
    strip = tuple(_cell(active, signs) for active in found.days.strip)
    return [*prose(days_told(found), width), (("  ", ""), *strip, (" today", "dim"))]


def _cell(active: bool, signs: dict[str, str]) -> tuple[str, str]:
    level = "firm" if active else "new"
    return signs[level] * 2, STYLES[level]


def _tracks(tracks: Sequence[Mastery], width: int, signs: dict[str, str]) -> list[Line]:
    names = max((len(track.track) for track in tracks), default=0)
    most = max((track.of for track in tracks), default=1)
    room = max(10, min(BAR, width - names - len("    10 of 13, recall 100%")))
    each = max(1, room // most)  # columns of one exercise
    lines = [_legend(signs)]
    for track in tracks:
        bar = _bar(track, min(each * track.of, room), signs)
        gap = " " * (min(each * most, room) - sum(len(text) for text, _ in bar))
        about = f"{gap}  {recall_told(track)}"
        lines.append(((f"  {track.track:<{names}}  ", ""), *bar, (about, "")))
    return lines


def _legend(signs: dict[str, str]) -> Line:
    spans = [(f"{signs[level]} {level}   ", STYLES[level]) for level in reversed(LEVELS)]
    return (("Exercises   ", "strong"), *spans)


def _bar(track: Mastery, length: int, signs: dict[str, str]) -> list[tuple[str, str]]:
    """The levels of a track, best first, in proportion."""
    edges, before, spans = 0.0, 0, []
    for level in reversed(LEVELS):
        edges += length * track.levels[level] / max(1, track.of)
        cells = round(edges) - before
        before = round(edges)
        spans.append((signs[level] * cells, STYLES[level]))
    return spans


def _today(found: Progress, width: int) -> list[Line]:
    shown = found.today[:FIRST]
    if not shown:
        return [line("Today: everything is done.", "strong")]
    again = {item.id for item in found.due if item.kind == "again"}
    more = len(again.difference(item.id for item in shown))
    head = "Today" if any(item.kind != "new" for item in shown) else "Today, nothing but new ones"
    names = max(len(item.id) for item in shown)
    rows = [row for item in shown for row in _item(item, names, width)]
    rest = [line(f"  and {counted(more, 'more repetition')} when you have time")] if more else []
    return [line(head, "strong"), *rows, *rest]


def _item(item: Item, names: int, width: int) -> list[Line]:
    head = (("  ", ""), (f"{item.id:<{names}}", "code"), (f"  {item.minutes:>3} min", "dim"))
    if width < BESIDE:
        return [head, *prose(item.why, width, "", "      ", "      ")]
    indent = names + 13
    first, *rest = prose(item.why, width - indent)
    return [(*head, ("  ", ""), *first), *[((" " * indent, ""), *more) for more in rest]]


def _mistakes(mistakes: Sequence[Recurring], today: date, width: int) -> list[Line]:
    """Those that were made in more than one round."""
    again = [mistake for mistake in mistakes if mistake.rounds > 1][:WORST]
    if not again:
        return []
    lines = [line("Mistakes that came back", "strong")]
    for mistake in again:
        where = " and ".join(mistake.exercises[:2])
        more = len(mistake.exercises) - 2
        where += f" and {more} more" if more > 0 else ""
        often = f"in {mistake.rounds} rounds, last {on_day(mistake.last, today)}, {where}"
        lines += prose(f"{words(mistake.name)}: {often}", width, "", "  ", "    ")
    return lines
