"""The command `drill`: its arguments, and which view serves them.

Nothing is imported here that takes time; each command imports what it needs.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from grader import __version__
from grader.judge.options import EXAMPLES
from grader.views import exits
from grader.views.exits import Misuse

ABOUT = "From-scratch ML coding drills. Write an exercise from memory; drill names the mistake."
EPILOG = "Exit status: 0 passed, 1 not passed, 2 wrong use, 3 a fault of the grader."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except Misuse as error:
        return _ended(str(error), exits.MISUSED)
    except KeyboardInterrupt:
        return _ended("stopped.", exits.STOPPED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.PASSED
    except Exception as error:
        if says := exits.refused(error):
            return _ended(says, exits.FAILED)
        if "--debug" in words:
            traceback.print_exc()
        return _ended(exits.fault_of_ours(error), exits.FAULT)


def _run(words: list[str]) -> int:
    """Read the arguments and call `grader.views.<module>.<function>`."""
    try:
        args = _arguments(words).parse_args(words)
    except SystemExit as end:  # after --help and --version
        return int(end.code or 0)
    from grader.views.screen import Screen

    with warnings.catch_warnings():
        warnings.showwarning = _warn
        module, function = args.serves.rsplit(".", 1)
        serve = getattr(importlib.import_module(f"grader.views.{module}"), function)
        status: int = serve(args, Screen(False if args.no_color else None))
    sys.stdout.flush()
    return status


def _ended(text: str, status: int) -> int:
    with contextlib.suppress(OSError):
        print(f"drill: {text}", file=sys.stderr, flush=True)
    return status


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """A warning, such as of a pack that was left out, in one line."""
    print(f"drill: {message}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong and where to look."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise Misuse(f"{message[:1].upper()}{message[1:]}. See `{self.prog} --help`.")


class _Commands:
    """The parser of `drill`, to which commands are added."""

    def __init__(self) -> None:
        self._common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
        self._common.add_argument("--no-color", action="store_true", help="no colours")
        says = "show the traceback of a fault of ours"
        self._common.add_argument("--debug", action="store_true", help=says)
        self.parser = _Parser(
            prog="drill", description=ABOUT, epilog=EPILOG, parents=[self._common]
        )
        self.parser.add_argument("--version", action="version", version=f"drill {__version__}")
        self.parser.set_defaults(no_color=False, debug=False, serves="learn.overview")
        self._each = self.parser.add_subparsers(title="commands", metavar="COMMAND")

    @property
    def names(self) -> list[str]:
        return list(self._each.choices)

    def add(self, name: str, serves: str, says: str) -> argparse.ArgumentParser:
        """A command, served by `grader.views.<serves>`."""
        parser: argparse.ArgumentParser = self._each.add_parser(
            name, help=says, description=f"{says[:1].upper()}{says[1:]}.", parents=[self._common]
        )
        parser.set_defaults(serves=serves)
        return parser


def _arguments(words: list[str]) -> argparse.ArgumentParser:
    """The parser of everything; raises Misuse for a command that there is not."""
    commands = _Commands()
    for add in (_learner, _coach, _grade, _reading, _author, _progress, _cards, _mock):
        add(commands)
    first = next((word for word in words if not word.startswith("-")), None)
    if first is not None and first not in commands.names:
        near = difflib.get_close_matches(first, commands.names, 2, 0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else "See `drill --help`."
        raise Misuse(f"There is no command {first!r}. {hint}")
    return commands.parser


def _learner(commands: _Commands) -> None:
    _demo(commands.add("demo", "demos.demo", "a first look, or a right solution at work"))
    add = commands.add("init", "learn.init", "lay stubs and pytest settings in a folder")
    add.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="default: this one")
    add = commands.add("watch", "watch.watch", "grade on every save")
    add.add_argument("id", metavar="ID", nargs="?", help="default: the first that is not written")
    _notebook(commands.add("notebook", "notebook.notebook", "a walkthrough, in JupyterLab"))
    add = commands.add("reset", "learn.reset", "lay the stub again; the attempt is kept")
    _exercise(add)
    add.add_argument("--yes", action="store_true", help="do not ask")
    add = commands.add("doctor", "doctor.doctor", "which AI assistance is on; changes nothing")
    add.add_argument("--json", action="store_true", help="as one JSON object")


def _coach(commands: _Commands) -> None:
    add = commands.add("start", "loop.loop.start", "a round from a blank stub, with a clock")
    _exercise(add)
    says = "0 statement, 1 signature only, 2 one spoken sentence; default: as memory allows"
    add.add_argument("--bare", metavar="N", type=int, choices=(0, 1, 2), help=says)
    _exercise(commands.add("pause", "daily.pause", "stop the clock of a round"))
    add = commands.add("due", "daily.due", "what to practise today, and why")
    add.add_argument("--all", action="store_true", help="everything, in order")
    add.add_argument("--json", action="store_true", help="as one JSON array")
    add = commands.add("rate", "daily.rate", "say yourself what the last round was worth")
    _exercise(add)
    add.add_argument("rating", choices=("again", "hard", "good", "easy"))
    _plan(commands.add("plan", "daily.plan", "the days up to an interview"))
    add = commands.add("note", "notes.note", "open your notes, or add a line")
    add.add_argument("id", metavar="ID", nargs="?", help="at the heading of this exercise")
    add.add_argument("--add", metavar="TEXT", help="add a line instead of opening them")
    add = commands.add("notes", "notes.notes", "show your notes, or what they say of some words")
    add.add_argument("words", metavar="WORD", nargs="*")
    add = commands.add("export", "transfer.export", "the whole history as lines of JSON")
    add.add_argument("file", metavar="FILE", nargs="?", help="default: standard output")
    add.add_argument("--force", action="store_true", help="replace a file that is there")
    add = commands.add("import", "transfer.import_", "add another machine's export to the history")
    add.add_argument("file", metavar="FILE", help="- for standard input")


def _plan(add: argparse.ArgumentParser) -> None:
    add.add_argument("--date", metavar="DAY", help="the day of the interview, as YYYY-MM-DD")
    add.add_argument("--minutes", metavar="N", type=_count, help="minutes a day (default 45)")
    add.add_argument("--focus", metavar="TRACKS", help="tracks to narrow down to: agent,rag")
    add.add_argument("--clear", action="store_true", help="there is no interview any more")
    add.add_argument("--json", action="store_true", help="as one JSON object")


def _notebook(add: argparse.ArgumentParser) -> None:
    says = "an exercise, or a track for its overview; default: the overview of where you are"
    add.add_argument("id", metavar="ID", nargs="?", help=says)
    says = "lay the notebook anew; yours is kept under .drill/attempts"
    add.add_argument("--fresh", action="store_true", help=says)
    add.add_argument(
        "--no-browser", action="store_true", help="open no browser; the address is shown"
    )
    says = "default: the first free one from 8888 on"
    add.add_argument("--port", metavar="N", type=_port, help=says)


def _demo(add: argparse.ArgumentParser) -> None:
    says = "rag: a question to Python's reference; agent: a task; default: two attempts, graded"
    add.add_argument("story", metavar="rag|agent", nargs="?", choices=("rag", "agent"), help=says)
    add.add_argument("words", metavar="WORD", nargs="*", help="the question or the task")
    says = "ask an OpenAI-compatible server, such as http://localhost:11434/v1"
    add.add_argument("--base-url", metavar="URL", help=says)
    add.add_argument("--model", metavar="NAME", help="the model there; default: its first")
    add.add_argument("--k", metavar="N", type=_count, default=4, help="rag: passages (default 4)")
    says = "agent: whose files it may read (default: this folder)"
    add.add_argument("--folder", metavar="FOLDER", default=".", help=says)


def _grade(commands: _Commands) -> None:
    add = commands.add("grade", "grading.grade", "grade files")
    _exercise(add)
    says = "what to grade; default: your own file under exercises/"
    add.add_argument("files", metavar="FILE", nargs="*", help=says)
    add.add_argument("--json", action="store_true", help="one report in JSON a line")
    says = "run this check alone; may be given several times"
    add.add_argument("--only", metavar="CHECK", action="append", help=says)
    says = f"drawn cases a check (default {EXAMPLES})"
    add.add_argument("--examples", metavar="N", type=_count, default=EXAMPLES, help=says)
    says = "draw other cases (default 0)"
    add.add_argument("--seed", metavar="S", type=_seed, default=0, help=says)
    says = "in this process, for a debugger: breakpoint() works, no limits hold"
    add.add_argument("--inline", action="store_true", help=says)


def _reading(commands: _Commands) -> None:
    add = commands.add("list", "learn.list_all", "all exercises")
    add.add_argument("--json", action="store_true", help="as one JSON array")
    _exercise(commands.add("show", "learn.show", "the statement of an exercise"))
    add = commands.add("hint", "learn.hint", "one more of three hints")
    _exercise(add)
    add.add_argument("--again", action="store_true", help="start over with the first")
    add = commands.add("solution", "learn.solution", "the reference, once yours passes")
    _exercise(add)
    add.add_argument("--give-up", action="store_true", help="show it without a pass")
    add.add_argument("--plain", action="store_true", help="the code alone, as a file")


def _progress(commands: _Commands) -> None:
    add = commands.add("status", "status.status", "how the practice goes, on one screen")
    add.add_argument("--json", action="store_true", help="all numbers as one JSON object")
    add = commands.add("report", "report.report", "how it went, as an HTML page with plots")
    add.add_argument("--out", metavar="FILE", help="default: .drill/report.html of the practice")
    add.add_argument("--force", action="store_true", help="write over any file")
    add.add_argument("--open", action="store_true", help="show it in the browser")


def _cards(commands: _Commands) -> None:
    add = commands.add("cards", "cards.cards", "what no code can grade: timed self-review")
    says = "a deck or card; list [DECK]; show CARD; review CARD; default: what is due today"
    add.add_argument("words", metavar="WORD", nargs="*", help=says)
    says = "new cards a day (default 10)"
    add.add_argument("--new", metavar="N", type=_seed, default=10, help=says)
    add.add_argument("--json", action="store_true", help="list: as one JSON array")
    add.add_argument("--answer", action="store_true", help="show: the answer and the points too")
    says = "review: 1 again, 2 hard, 3 good, 4 easy"
    add.add_argument("--rating", metavar="N", type=int, choices=(1, 2, 3, 4), help=says)
    says = "review: the points that were said, such as 1,3,4"
    add.add_argument("--ticks", metavar="N,N", default="", help=says)
    says = "review: how long the answer took"
    add.add_argument("--seconds", metavar="S", type=_seed, help=says)


def _mock(commands: _Commands) -> None:
    add = commands.add("mock", "mock.command.mock", "an interview on a clock, with a report")
    says = "a format; or formats, status, run, next, ask, answer, covered, missed, end, report"
    add.add_argument("word", metavar="WORD", nargs="?", help=says)
    add.add_argument("--minutes", metavar="N", type=_count, help="how long a part is")
    add.add_argument("--tracks", metavar="TRACKS", help="draw from these: attention,decoding")
    add.add_argument("--count", metavar="N", type=_count, help="exercises at most")
    says = "gradings an exercise; 0: only when it is submitted; default: no limit"
    add.add_argument("--runs", metavar="N", type=_seed, help=says)
    add.add_argument("--seed", metavar="S", type=_seed, help="the seed of the draw")
    says = "open each exercise in vscode, vim, nvim or emacs without plugins"
    add.add_argument("--editor", metavar="NAME", help=says)
    says = "no network for the editor and the grader, proved, or no start"
    add.add_argument("--sealed", action="store_true", help=says)
    add.add_argument("--ai-allowed", action="store_true", help="with AI; the report says so")
    says = "do not sit down: lay the first exercise and start the clock"
    add.add_argument("--no-wait", action="store_true", help=says)
    add.add_argument("--resume", action="store_true", help="go on with the one under way")


def _author(commands: _Commands) -> None:
    _exercise(commands.add("new", "author.new", "for authors: a page to fill in"))
    add = commands.add("check", "author.check", "for authors: what every page must hold to")
    add.add_argument("ids", metavar="ID", nargs="*", help="default: every page")
    add.add_argument("--write", action="store_true", help="render the stubs into exercises/")


def _exercise(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="track/exercise, such as TRACK/NAME")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 10000")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port, a whole number from 1 to 65535")


def _seed(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 up")
