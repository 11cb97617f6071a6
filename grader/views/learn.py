"""What a learner asks for between two attempts: lists, statements, hints, solutions, stubs."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

from grader import __version__
from grader.judge import render
from grader.judge.catalogue import Card, cards
from grader.views import exits
from grader.views.diary import kept_going, practice
from grader.views.exits import Misuse
from grader.views.layout import Line, labelled, line, prose, statement
from grader.views.mock.locked import refuse_if_locked
from grader.views.screen import WIDEST, Screen, complain
from grader.views.workspace import EXERCISES, Workspace, card_of, shown, write_new

SETTINGS = """\
# `pytest exercises/attention` grades here, by the plugin that is installed with Unaided.
[pytest]
testpaths = exercises
"""
OTHER_SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
COMMANDS = (
    ("drill due", "what to practise today, and why"),
    ("drill start ID", "a round from a blank stub, with a clock"),
    ("drill grade ID", "grade once"),
    ("drill show ID", "the statement"),
    ("drill hint ID", "one more hint"),
    ("drill list", "all exercises"),
    ("drill --help", "everything else"),
)


def overview(_: argparse.Namespace, view: Screen) -> int:
    """`drill` alone: where you are, what comes next, and the commands."""
    every, found = cards(), Workspace.find()
    if found is not None and view.is_terminal:
        from grader.views.loop.loop import run  # it is the loop's door

        return run(view, found)
    title = f"Unaided {__version__}: {len(every)} from-scratch ML drills, graded."
    lines = [line(title, "strong"), line()]
    width = view.width
    if found is None:
        lines += labelled("have a look", "drill demo", width, "code")
        lines += labelled("start", "drill init my-practice", width, "code")
    else:
        written = sum(found.state(card) == "written" for card in every)
        where = f"{written} of {len(every)} in {shown(found.root / EXERCISES)}"
        lines += labelled("written", where, width)
        lines += _next(found.next_after(None, every), width)
    view.show([*lines, line(), *_commands()])
    return exits.PASSED


def list_all(args: argparse.Namespace, view: Screen) -> int:
    """`drill list`: every exercise."""
    every = cards()
    if args.json:
        view.write(json.dumps([_facts(card) for card in every]))
        return exits.PASSED
    found = Workspace.find()
    width = max((len(card.id) for card in every), default=0)
    lines: list[Line] = []
    for track, members in itertools.groupby(every, lambda card: card.track):
        lines += [line(track, "strong")]
        for card in members:
            lines.append(_row(card, found.state(card) if found else "", width, view.width))
    view.show(lines)
    return exits.PASSED


def show(args: argparse.Namespace, view: Screen) -> int:
    """`drill show`: the statement."""
    card = card_of(args.id)
    head = f"{card.id} · tier {card.tier} · level {card.level} · {card.minutes} minutes"
    needs = f"Before it: {', '.join(card.needs)}" if card.needs else ""
    # Where it is not read on a screen, it is passed on as it is.
    body = statement(card.statement, view.width if view.is_terminal else WIDEST)
    tail = [line(), line(f"Source: {card.source}", "dim"), *([line(needs, "dim")] if needs else [])]
    view.show([line(head, "strong"), line(), *body, *tail])
    return exits.PASSED


def hint(args: argparse.Namespace, view: Screen) -> int:
    """`drill hint`: the next level, or all of them after the last."""
    card, found = card_of(args.id), Workspace.here()
    refuse_if_locked(card.id)
    if args.again:
        found.remember_hints(card, 0)
    following = found.next_hint(card)
    if following is not None:
        with kept_going():
            practice().helped(card.id, following[0])
        view.show(hint_lines(card, *following, view.width))
        return exits.PASSED
    for number, text in enumerate(card.hints, 1):
        view.show(hint_lines(card, number, text, view.width))
    view.say(f"These are all {len(card.hints)}. `drill hint {card.id} --again` starts over.")
    return exits.PASSED


def hint_lines(card: Card, number: int, text: str, width: int) -> list[Line]:
    """One hint, with its level."""
    return labelled(f"hint {number} of {len(card.hints)}", text, width)


def solution(args: argparse.Namespace, view: Screen) -> int:
    """`drill solution`: the reference, after a pass or when someone gives up."""
    card = card_of(args.id)
    refuse_if_locked(card.id)
    text = render.solution(card)
    if args.plain:
        sys.stdout.write(text)
        return exits.PASSED
    if args.give_up:
        with kept_going():
            practice().gave_up(card.id)
    elif not _has_passed(card):
        return exits.FAILED
    asked = [part for question in card.ask for part in _question(*question, view.width)]
    code = [line(row, "code" if row.lstrip().startswith("#") else "") for row in text.splitlines()]
    view.show([*code, line(), line("Questions to follow up with", "strong"), *asked])
    return exits.PASSED


def reset(args: argparse.Namespace, view: Screen) -> int:
    """`drill reset`: the stub in place of the attempt, which is kept."""
    card, found = card_of(args.id), Workspace.here()
    path = found.path(card)
    if found.lay(card):
        view.say(f"There was no {shown(path)}; its stub was written.")
        return exits.PASSED
    if found.is_untouched(card):
        view.say(f"{shown(path)} is the untouched stub; there is nothing to reset.")
        return exits.PASSED
    if not args.yes and not _agreed(f"Put the stub in place of {shown(path)}, and keep a copy?"):
        complain(f"{shown(path)} was left as it is; answer `y`, or say --yes, to reset it.")
        return exits.FAILED
    kept = found.reset(card)
    assert kept is not None
    view.say(f"{shown(path)} is the stub again. Your attempt was kept as {shown(kept)}.")
    return exits.PASSED


def init(args: argparse.Namespace, view: Screen) -> int:
    """`drill init`: a folder to practise in."""
    root = Path(args.folder).absolute()
    if root.exists() and not root.is_dir():
        raise Misuse(f"{args.folder} is a file; name a folder, or one that is to be made.")
    every, found = cards(), Workspace(root)
    written = sum(found.lay(card) for card in every)
    text = f"{written} stubs were written to {shown(root / EXERCISES)}"
    left = len(every) - written
    view.say(text + (f"; {left} files that were there are as they were." if left else "."))
    view.say(_settings(root))
    lines = [line(), line("Go on with:", "strong")]
    lines += [line(f"  cd {args.folder}", "code")] if root != Path.cwd() else []
    view.show([*lines, line("  drill", "code")])
    return exits.PASSED


def _settings(root: Path) -> str:
    """Write pytest's settings where there are none; a sentence on what was done."""
    other = next((name for name in OTHER_SETTINGS if _has_settings(root / name)), None)
    if other:
        return f"pytest's settings in {shown(root / other)} are as they were."
    write_new(root / "pytest.ini", SETTINGS)
    return f"pytest's settings were written to {shown(root / 'pytest.ini')}."


def _has_settings(path: Path) -> bool:
    """Whether pytest would take a file for its settings."""
    if path.name in ("pytest.ini", ".pytest.ini"):
        return path.exists()
    sign = "[tool:pytest]" if path.name == "setup.cfg" else "[pytest]"
    sign = "[tool.pytest" if path.name == "pyproject.toml" else sign
    return path.is_file() and sign in path.read_text(encoding="utf-8", errors="replace")


def _has_passed(card: Card) -> bool:
    """Whether the learner's file passes now; if not, says what to do."""
    from grader.judge.open import open_judge
    from grader.views.grading import own_file

    found, remedy = Workspace.here(), f"`drill solution {card.id} --give-up` shows it anyway."
    if found.state(card) != "written":
        complain(f"{shown(found.path(card))} is not written yet; write it first. {remedy}")
        return False
    with open_judge() as judge:
        report = judge.grade(card, own_file(card))
    if report.passed:
        return True
    complain(f"{report.file} does not pass yet ({report.verdict}). {remedy}")
    return False


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/n] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _facts(card: Card) -> dict[str, object]:
    facts = {name: getattr(card, name) for name in ("id", "title", "track", "tier", "level")}
    counts = {name: len(getattr(card, name)) for name in ("laws", "mistakes", "hints", "ask")}
    return {**facts, "minutes": card.minutes, **counts}


def _row(card: Card, state: str, width: int, columns: int) -> Line:
    mark, style = {"written": ("✓", "good"), "absent": ("?", "dim")}.get(state, ("·", "dim"))
    about = f"level {card.level}, {card.minutes:>2} min"
    room = columns - width - len(about) - 8
    title = card.title if len(card.title) <= room else card.title[: max(0, room - 1)] + "…"
    head = (f"  {mark} ", style), (f"{card.id:<{width}}", "code"), (f"  {about}", "dim")
    return (*head, (f"  {title}" if room > 8 else "", ""))


def _question(question: str, answer: str, width: int) -> list[Line]:
    return [line(), *prose(question, width, "strong"), *prose(answer, width, "", "  ", "  ")]


def _next(card: Card | None, width: int) -> list[Line]:
    if card is None:
        return labelled("next", "all are written; `drill reset ID` starts one again", width)
    about = f"{card.id} ({card.title}; level {card.level}, {card.minutes} minutes)"
    return labelled("next", about, width)


def _commands() -> list[Line]:
    return [((f"  {what:<18}", "code"), (why, "")) for what, why in COMMANDS]
