"""Beginning a mock interview, or going on with one: the briefing, the editor, then the session."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import socket
import sys
from pathlib import Path

from grader.coach.doctor import ON, Finding, Place, examine, level
from grader.coach.draw import draw
from grader.coach.formats import BadFormat, Format
from grader.coach.interview import Interview, ending
from grader.coach.isolate import EDITORS, editor_command
from grader.coach.practice import Practice
from grader.coach.terms import Terms
from grader.judge.catalogue import Card, cards, find
from grader.judge.open import open_judge
from grader.judge.options import Options
from grader.views import exits
from grader.views.editor import Editor
from grader.views.editor import editor as own_editor
from grader.views.exits import Misuse
from grader.views.grading import Printed
from grader.views.keys import ENTER, QUIT, Keys, keyboard
from grader.views.layout import Line, labelled, line, prose
from grader.views.mock import plain
from grader.views.mock.agree import agreed, in_words, seed_of
from grader.views.mock.closing import finish
from grader.views.mock.folder import laid, made
from grader.views.mock.session import Left, Session
from grader.views.screen import Screen
from grader.views.seat import Desk
from grader.views.workspace import Workspace

LEAVES = "Left. Everything is kept, and the clock stands still; `drill mock --resume` goes on."


def begin(found: Practice, workspace: Workspace, args: argparse.Namespace, view: Screen) -> int:
    """A new interview, in the terminal or, without one, its first exercise laid."""
    every = cards()
    format = agreed(args, workspace, every)
    _known_editor(args.editor)
    sits = view.is_terminal and not args.no_wait
    if args.sealed and not sits:
        raise Misuse("Only a session in a terminal can be sealed; leave out --sealed here.")
    if args.sealed:
        from grader.views.mock.sealing import seal

        seal(args.editor)
    seed = seed_of(args)
    picture = found.picture()
    try:
        drawn = draw(every, picture.states, format, seed, picture.at)
    except BadFormat as error:
        raise Misuse(str(error)) from None
    if not sits:
        terms = _terms(args, format, drawn, seed, _looked(workspace.root), found)
        return plain.began(Interview.begin(found, terms), view)
    with keyboard() as keys:
        findings = _briefed(format, drawn, args, workspace, keys, view)
        if findings is None:
            return exits.PASSED
        terms = _terms(args, format, drawn, seed, findings, found)
        return _sit(Interview.begin(found, terms), found, every, keys, view)


def resume(interview: Interview, args: argparse.Namespace, view: Screen) -> int:
    """Go on with an interview that was left or killed."""
    terms = interview.mock.terms
    if not view.is_terminal or args.no_wait:
        if terms.sealed:
            raise Misuse(plain.SEALED)
        interview.resume()
        if interview.mock.turn is not None:
            laid(interview, find(interview.mock.turn.exercise))
        return plain.told(interview, view)
    if terms.sealed:
        from grader.views.mock.sealing import seal

        seal(terms.editor)
    from grader.views.diary import practice

    with keyboard() as keys:
        return _sit(interview, practice(), cards(), keys, view)


def _terms(
    args: argparse.Namespace,
    format: Format,
    drawn: tuple[tuple[str, ...], ...],
    seed: int,
    findings: list[Finding],
    found: Practice,
) -> Terms:
    """What is agreed, with a folder made for it."""
    return Terms(
        format=format.name,
        minutes=format.minutes,
        exercises=drawn,
        seed=seed,
        tracks=format.tracks,
        runs=format.runs,
        folder=str(made(found.time(), format)),
        editor=args.editor,
        sealed=args.sealed,
        ai_allowed=format.ai_allowed,
        doctor=level(findings),
    )


def _sit(interview: Interview, found: Practice, every: list[Card], keys: Keys, view: Screen) -> int:
    """Sit at an interview until it is over or left."""
    printed = Printed()
    view.status("loading torch ...")
    try:
        with open_judge(Options(echo=printed.add)) as judge:
            workspace = Workspace(Path(interview.mock.terms.folder))
            desk = Desk(judge.grade, printed, workspace, view, every)
            session = Session(desk, interview, keys, *_editor(interview.mock.terms))
            interview.resume()  # not before torch is loaded
            session.serve()
    except (Left, KeyboardInterrupt):
        view.clear()
        view.say(LEAVES, "label")
        return exits.PASSED
    view.clear()
    with keys.released():
        finish(interview, found, ending(interview.mock), view)
    return exits.PASSED


def _editor(terms: Terms) -> tuple[Editor | None, bool]:
    """The editor of an interview, and whether it takes this terminal."""
    if terms.editor is None:
        found = own_editor()
    else:
        folder = Path(terms.folder)
        *command, _ = editor_command(terms.editor, folder, folder)
        found = Editor(tuple(command + ["-nw"] * (terms.editor == "emacs")))
    # A pane beside this one is opened by a program outside, where nothing is sealed.
    return found, found is not None and (terms.sealed or not found.stays_aside)


def _known_editor(name: str | None) -> None:
    if name is None:
        return
    if name not in EDITORS:
        raise Misuse(f"There is no editor {name!r}; --editor takes {', '.join(EDITORS)}.")
    program = "code" if name == "vscode" else name
    others = ("code-insiders", "codium") if name == "vscode" else ()
    if not any(map(shutil.which, (program, *others))):
        raise Misuse(f"`{program}` is not installed here; install it, or leave out --editor.")


def _looked(folder: Path) -> list[Finding]:
    return examine(Place.here(folder))


def _briefed(
    format: Format,
    drawn: tuple[tuple[str, ...], ...],
    args: argparse.Namespace,
    workspace: Workspace,
    keys: Keys,
    view: Screen,
) -> list[Finding] | None:
    """Show what was agreed and what the doctor found, until Enter; None to leave it."""
    silent, other = socket.socketpair()
    with silent, other, contextlib.suppress(KeyboardInterrupt):
        while True:
            findings = _looked(workspace.root)
            view.clear()
            view.show(_briefing(format, drawn, args, findings, view.width))
            key = ""
            while not key:
                pressed = keys.wait(60.0, silent)
                key = next((key for key in pressed if key in (ENTER, QUIT, "d")), "")
            if key != "d":
                return findings if key == ENTER else None
    return None


def _briefing(
    format: Format,
    drawn: tuple[tuple[str, ...], ...],
    args: argparse.Namespace,
    findings: list[Finding],
    width: int,
) -> list[Line]:
    label = "Mock interview, AI allowed" if format.ai_allowed else "Mock interview"
    many = sum(map(len, drawn))
    sealed = "They are" if many > 1 else "It is"
    lines = [line(f"{label}: {format.name}", "strong"), line()]
    lines += labelled("agreed", in_words(format), width)
    lines += labelled("drawn", f"{many}. {sealed} shown when opened.", width)
    lines += labelled("locked", "hints and reference, until it is over", width)
    lines += labelled("network", _network(args.sealed), width)
    lines += labelled("assistance", level(findings), width)
    for finding in findings:
        if finding.state == ON:
            lines += labelled("", f"{finding.tool}: {finding.change or finding.evidence}", width)
    keys = "Enter begin, and the clock runs · d look again · q leave it"
    return [*lines, line(), *prose(keys, width, "label")]


def _network(sealed: bool) -> str:
    if sealed:
        return "sealed: a connection was tried from in here, and there is none"
    return "not sealed" + (", nor can it be here" if sys.platform == "win32" else "")
