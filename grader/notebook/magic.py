"""`%%drill` grades a cell; `%drill` gives hints, the solution, a fresh stub, and where you are."""

from __future__ import annotations

import argparse
import re
import shlex
from collections import Counter
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from grader.judge import render
from grader.judge.catalogue import Card, cards
from grader.judge.options import Options
from grader.notebook.service import JudgeLost, service
from grader.notebook.verdict import PRINTED_ROWS, Verdict
from grader.report import Report
from grader.views.diary import kept_going, practice, write_down
from grader.views.exits import Misuse
from grader.views.layout import shortened
from grader.views.mock.locked import refuse_if_locked
from grader.views.text import About
from grader.views.workspace import Workspace, card_of, shown, write

HERE = "this cell"
USAGE = (
    "Write `%%drill ID` above a solution, or `%drill hint|solution|stub ID`, or `%drill status`."
)
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


def register(shell: InteractiveShell) -> None:
    """Add the magics to a shell; the judge starts meanwhile."""
    shell.register_magics(Drill(shell))
    service().start()


@magics_class
class Drill(Magics):
    """What is kept of a kernel: how often each exercise was graded, which passed, hints shown."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.here = shell
        self.tries: Counter[str] = Counter()
        self.verdicts: dict[str, str] = {}
        self.hints: Counter[str] = Counter()

    @line_cell_magic
    def drill(self, line: str, cell: str | None = None) -> None:
        """Grade the cell below, or say something on an exercise."""
        try:
            if cell is not None:
                self._grade(_arguments(_grading(), line), cell)
                return
            word, *rest = shlex.split(line) or ["status"]
            serve = getattr(self, f"_{word}", None) if word in SERVED else None
            if serve is None:
                raise Misuse(f"There is no `%drill {word}`. {USAGE}")
            serve(shlex.join(rest))
        except (Misuse, JudgeLost, ValueError) as error:
            raise UsageError(str(error)) from None

    def _grade(self, args: argparse.Namespace, cell: str) -> None:
        card = card_of(args.id)
        only = [name.strip().replace(" ", "_") for name in args.only or ()]
        unknown = next((name for name in only if name not in card.checks), None)
        if unknown:
            raise Misuse(f"{card.id} has no check {unknown!r}. It has {', '.join(card.checks)}.")
        if not cell.strip():
            raise Misuse(f"The cell holds no code; `%drill stub {card.id}` gives you the stub.")
        saved = (_saved(card, cell),) if args.save else ()
        text = "\n" + cell  # so that its lines have the numbers that the editor shows
        report, printed = service().grade(card.id, text, only)
        report = Report.from_dict({**report.to_dict(), "file": HERE})
        if not only:
            self._remember(report)
            write_down(card, report, cell)
        again = ("%%drill", card.id, *(["--save"] if args.save else ()))
        options = Options(only=frozenset(only) or None)
        about = About(lines=tuple(text.split("\n")), options=options, command=again)
        notes = (*saved, *self._notes(report))
        display(Verdict(report, about, notes, tuple(shortened(printed, PRINTED_ROWS))))

    def _remember(self, report: Report) -> None:
        self.tries[report.exercise] += 1
        if self.verdicts.get(report.exercise) != "passed":
            self.verdicts[report.exercise] = report.verdict

    def _notes(self, report: Report) -> list[str]:
        """What a notebook makes people stumble on: names that other cells define."""
        if report.passed:
            return [f"`%drill solution {report.exercise}` shows the reference."]
        found = _UNDEFINED.search(report.faults[0].says)
        if found is None or found[1] not in self.here.user_ns:
            return []
        return [
            f"`{found[1]}` is known in the notebook, but only this cell is graded: import or "
            "define in it all that it uses."
        ]

    def _hint(self, line: str) -> None:
        card = card_of(_arguments(_one(), line).id)
        refuse_if_locked(card.id)
        found = Workspace.find()
        following = found.next_hint(card) if found else self._next_hint(card)
        if following:
            with kept_going():
                practice().helped(card.id, following[0])
        told = [following] if following else list(enumerate(card.hints, 1))
        rows = [f"**Hint {number} of {len(card.hints)}.** {text}" for number, text in told]
        _say("\n\n".join(rows))

    def _next_hint(self, card: Card) -> tuple[int, str] | None:
        """The next hint where there is no practice folder to remember them."""
        self.hints[card.id] += 1
        number = self.hints[card.id]
        return (number, card.hints[number - 1]) if number <= len(card.hints) else None

    def _solution(self, line: str) -> None:
        parser = _one()
        parser.add_argument("--give-up", action="store_true")
        args = _arguments(parser, line)
        card = card_of(args.id)
        refuse_if_locked(card.id)
        passed = self._has_passed(card)
        if not passed and not args.give_up:
            raise Misuse(
                f"{card.id} has not passed yet; `%drill solution {card.id} --give-up` shows the "
                "reference anyway."
            )
        if not passed:
            with kept_going():
                practice().gave_up(card.id)
        _say(f"```python\n{render.solution(card)}```")

    def _has_passed(self, card: Card) -> bool:
        """Whether a cell of this kernel passed, or the learner's file does now."""
        if self.verdicts.get(card.id) == "passed":
            return True
        found = Workspace.find()
        if found is None or found.state(card) != "written":
            return False
        text = found.path(card).read_text(encoding="utf-8", errors="replace")
        return service().grade(card.id, text, [])[0].passed

    def _stub(self, line: str) -> None:
        card = card_of(_arguments(_one(), line).id)
        self.here.set_next_input(f"%%drill {card.id}\n{render.skeleton(card)}")

    def _status(self, line: str) -> None:
        if line:
            raise Misuse(f"`%drill status` takes nothing, not {line!r}.")
        rows = [
            f"- {id}: {self.verdicts[id]} ({count} {'try' if count == 1 else 'tries'})"
            for id, count in self.tries.items()
        ]
        head = "Graded in this notebook:" if rows else "Nothing was graded in this notebook yet."
        _say("\n".join([head, "", *rows, "", _written()]))


SERVED = ("hint", "solution", "stub", "status")


def _say(text: str) -> None:
    """Show Markdown, which in a terminal is its own plain text."""
    display({"text/markdown": text, "text/plain": text}, raw=True)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise Misuse(f"{message[:1].upper()}{message[1:]}. {USAGE}")


def _one() -> argparse.ArgumentParser:
    parser = _Parser()
    parser.add_argument("id", metavar="ID")
    return parser


def _grading() -> argparse.ArgumentParser:
    parser = _one()
    parser.add_argument("--only", metavar="CHECK", action="append")
    parser.add_argument("--save", action="store_true")
    return parser


def _arguments(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    return parser.parse_args(shlex.split(line))


def _saved(card: Card, cell: str) -> str:
    """Write a cell's code to the learner's file; a sentence on where the earlier one is."""
    found = Workspace.here()
    path = found.path(card)
    if path.exists() and path.read_bytes() == cell.encode():
        return f"{shown(path)} held just this."
    kept = None if found.is_untouched(card) else found.keep(card)
    write(path, cell)
    return f"Saved to {shown(path)}" + (f"; the earlier attempt is {shown(kept)}." if kept else ".")


def _written() -> str:
    found = Workspace.find()
    if found is None:
        return "There is no practice folder here; `drill init` makes one."
    every = cards()
    count = sum(found.state(card) == "written" for card in every)
    return f"{count} of {len(every)} are written in `{shown(found.root)}`."
