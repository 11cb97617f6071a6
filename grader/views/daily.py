"""The coach without a screen of its own: what is due, pauses, ratings, the plan."""

from __future__ import annotations

import argparse
import json
from datetime import date

from grader.coach.history import GAVE_UP, PASSED
from grader.coach.plan import LONGEST, Day, Goal, Plan
from grader.coach.practice import Picture
from grader.coach.queue import Item
from grader.judge.catalogue import cards
from grader.views import exits
from grader.views.diary import practice
from grader.views.exits import Misuse
from grader.views.layout import Line, counted, line, prose
from grader.views.loop.words import RATINGS
from grader.views.screen import Screen, complain
from grader.views.workspace import card_of


def due(args: argparse.Namespace, view: Screen) -> int:
    """`drill due`: what to practise today and why."""
    picture = practice().picture()
    items = picture.due() if args.all else picture.today()
    if args.json:
        view.write(json.dumps([vars(item) for item in items]))
        return exits.PASSED
    for item in items:
        view.show(_entry(item, view.width))
    if not items:
        view.say("Nothing is due today.")
    return exits.PASSED


def pause(args: argparse.Namespace, view: Screen) -> int:
    """`drill pause`: the clock of an open round stops; `drill start` goes on."""
    card, found = card_of(args.id), practice()
    round = found.picture().open(card.id)
    if round is None:
        complain(f"No round of {card.id} is open; `drill start {card.id}` begins one.")
        return exits.FAILED
    found.pause(round.id)
    view.say(f"The clock of {card.id} stands still. `drill start {card.id}` goes on.")
    return exits.PASSED


def rate(args: argparse.Namespace, view: Screen) -> int:
    """`drill rate`: what the last round was worth, against what the coach made of it."""
    card, found = card_of(args.id), practice()
    mine = [r for r in found.picture().rounds if r.exercise == card.id]
    ended = [r for r in mine if r.outcome in (PASSED, GAVE_UP)]
    if not ended:
        complain(f"No round of {card.id} was passed or given up yet; there is nothing to rate.")
        return exits.FAILED
    found.rate(ended[-1].id, RATINGS.index(args.rating))
    state = found.picture().states.get(card.id)
    when = f" It comes again on {state.due.astimezone():%d %B %Y}." if state and state.due else ""
    view.say(f"{card.id} counts as {args.rating}.{when}")
    return exits.PASSED


def plan(args: argparse.Namespace, view: Screen) -> int:
    """`drill plan`: set the goal, or show the days up to it."""
    found = practice()
    if args.clear:
        found.forget_goal()
        view.say("There is no interview to plan for any more. `drill due` goes on by memory alone.")
        return exits.PASSED
    if args.date or args.minutes or args.focus is not None:
        found.set_goal(_goal(args, found.picture()))
    picture = found.picture()
    made, goal = picture.plan(), picture.goal
    if made is None or goal is None:
        complain("No interview is planned. Say when: `drill plan --date YYYY-MM-DD --minutes 45`.")
        return exits.FAILED
    if args.json:
        view.write(json.dumps(_plain(made, goal)))
        return exits.PASSED
    view.show(_days(made, goal, picture, view.width))
    return exits.PASSED


def _goal(args: argparse.Namespace, picture: Picture) -> Goal:
    """The goal that the options ask for, on top of the one there is; raises Misuse."""
    before = picture.goal
    day = _date(args.date) if args.date else before.date if before else None
    if day is None:
        raise Misuse("A plan needs the day of the interview: `drill plan --date YYYY-MM-DD`.")
    today = picture.at.astimezone().date()
    if day <= today:
        raise Misuse(f"{day} is not after today, {today}; a plan needs a day to come.")
    if (day - today).days > LONGEST:
        raise Misuse(f"{day} is more than a year ahead; a plan needs a day before that.")
    tracks = {card.track for card in cards()}
    focus = tuple(w for w in (args.focus or "").split(",") if w) if args.focus is not None else None
    for word in focus or ():
        if word not in tracks:
            raise Misuse(f"There is no track {word!r}. There are {', '.join(sorted(tracks))}.")
    kept = focus if focus is not None else before.focus if before else ()
    return Goal(day, args.minutes or (before.minutes if before else 45), kept)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misuse(f"{text!r} is no date; write it as YYYY-MM-DD.") from None


def _days(made: Plan, goal: Goal, picture: Picture, width: int) -> list[Line]:
    focus = f", then above all {', '.join(goal.focus)}" if goal.focus else ""
    head = f"Interview on {goal.date:%A, %d %B %Y}: {goal.minutes} minutes a day{focus}."
    lines = prose(head, width, "strong")
    for day in made.days:
        lines += [line(), *_day(day, picture, width)]
    return lines + _left_out(made, width)


def _day(day: Day, picture: Picture, width: int) -> list[Line]:
    is_today = day.date == picture.at.astimezone().date()
    done = picture.done_today if is_today else []
    title = f"{day.date:%a %d %b}{' · today' if is_today else ''} · {day.minutes} minutes"
    lines = [line(title, "label")]
    lines += [line(f"  ✓ {round.exercise}", "good") for round in done]
    for item in day.items:
        again = " again" if item.kind != "new" else ""
        lines.append(line(f"  · {item.id}{again}, {item.minutes} min"[:width]))
    return lines if day.items or done else [*lines, line("  rest", "dim")]


def _left_out(made: Plan, width: int) -> list[Line]:
    if not made.left_out:
        return [line(), *prose("Everything fits.", width, "good")]
    many = counted(len(made.left_out), "exercise")
    says = f"{many} will not fit: {', '.join(made.left_out)}. More minutes a day, a later day, or "
    return [line(), *prose(says + "a narrower `--focus` would change that.", width, "bad")]


def _plain(made: Plan, goal: Goal) -> dict[str, object]:
    days = [
        {"date": day.date.isoformat(), "items": [vars(i) for i in day.items]} for day in made.days
    ]
    about = {"date": goal.date.isoformat(), "minutes": goal.minutes, "focus": list(goal.focus)}
    return {"goal": about, "days": days, "left_out": list(made.left_out)}


def _entry(item: Item, width: int) -> list[Line]:
    head = ((item.id, "strong"), (f"  {item.minutes} min", "dim"))
    return [head, *prose(item.why, width, "dim", "  ", "  ")]
