"""The running programs: listing them, and telling which program a process is.

Only the program itself counts, never a word among its arguments: `vim claude.py` is vim. Where an
interpreter runs a script, as in `node /usr/bin/gemini`, the script is the program.
"""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.coach.doctor.reading import Unreadable

LIST_SECONDS = 0.7  # how long listing may take where another program must be asked

_RUNNER = re.compile(r"(?:node|nodejs|bun|deno|(?:python|pypy)[\d.]*w?)(?:\.exe)?", re.IGNORECASE)
_INLINE = {"-c", "-e", "-p", "--eval", "--print"}  # the code itself follows: there is no script
_TAKES_A_WORD = {"-r", "--require", "--import", "--loader", "-W", "-X", "--env-file"}
_VERBS = {"run", "x"}  # deno run SCRIPT, bun x SCRIPT
_SUFFIX = re.compile(r"\.(?:exe|cmd|bat|m?js|cjs)$", re.IGNORECASE)
# A folder's name may hold spaces but not end in one: then it is the next word of the command.
_APP = re.compile(r"^(?:/[^/]*[^/ ])*?/([^/]*[^/ ])\.app/Contents/MacOS/")


@dataclass(frozen=True)
class Process:
    """One running program: its number, and the words it was started with."""

    pid: int
    argv: tuple[str, ...]

    @property
    def program(self) -> str:
        """The path, module or name of what runs; "" where an interpreter runs no script."""
        if not self.argv:
            return ""
        return self._script() if self.is_interpreter else self.argv[0]

    @property
    def is_interpreter(self) -> bool:
        """Whether it is node, bun, deno or Python."""
        return bool(self.argv) and _RUNNER.fullmatch(_last(self.argv[0])) is not None

    @property
    def name(self) -> str:
        """The program's name, without its folder and without an ending such as `.exe`."""
        # Some programs rewrite their command line into a single word with spaces in it.
        return _SUFFIX.sub("", _last(self.program).split(" -")[0])

    @property
    def app(self) -> str:
        """The macOS application it belongs to, such as `Visual Studio Code`; else ""."""
        found = _APP.match(" ".join(self.argv))  # ps does not quote the spaces in a path
        return found[1] if found else ""

    def option(self, name: str) -> str:
        """The value of an option, written `--name VALUE` or `--name=VALUE`; else ""."""
        # Helpers of browsers' kind have their whole command line in a single word.
        words = self.argv if len(self.argv) > 1 else tuple(" ".join(self.argv).split(" "))
        for word, following in zip(words, (*words[1:], ""), strict=True):
            if word == name:
                return following
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
        return ""

    def _script(self) -> str:
        words = iter(self.argv[1:])
        verbs = _VERBS if _last(self.argv[0]).startswith(("bun", "deno")) else set()
        for word in words:
            if word in _INLINE:
                return ""
            if word == "-m":
                return next(words, "")
            if word in _TAKES_A_WORD:
                next(words, "")
            elif not word.startswith("-") and word not in verbs:
                return word
        return ""


def running(system: str) -> list[Process]:
    """Every program that can be seen; raises Unreadable where they cannot be listed.

    system: as `sys.platform` has it. On Windows the names alone are told, no arguments.
    """
    if system == "linux":
        return from_proc(Path("/proc"))
    if system == "win32":
        return from_tasklist(_said(["tasklist", "/fo", "csv", "/nh"]))
    return from_ps(_said(["ps", "-axww", "-o", "pid=,args="]))


def from_proc(proc: Path) -> list[Process]:
    """The processes in Linux' /proc. Kernel threads and what just ended have no words."""
    found = []
    try:
        numbers = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())
    except OSError as error:
        raise Unreadable(proc, error.strerror or "it cannot be listed") from None
    for number in numbers:
        try:
            words = (proc / str(number) / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended, or belongs to someone else
            continue
        argv = tuple(word.decode("utf-8", "replace") for word in words if word)
        found += [Process(number, argv)] if argv else []
    return found


def from_ps(text: str) -> list[Process]:
    """The processes in what `ps -o pid=,args=` says."""
    rows = (row.split() for row in text.splitlines())
    return [Process(int(row[0]), tuple(row[1:])) for row in rows if len(row) > 1]


def from_tasklist(text: str) -> list[Process]:
    """The processes in what `tasklist /fo csv /nh` says on Windows."""
    rows = (row for row in csv.reader(text.splitlines()) if len(row) > 1 and row[1].isdigit())
    return [Process(int(row[1]), (row[0],)) for row in rows]


def of(processes: Iterable[Process], names: Iterable[str]) -> list[Process]:
    """Those whose program has one of these names."""
    wanted = set(names)
    return [process for process in processes if process.name in wanted]


def told(found: Iterable[Process]) -> str:
    """`process code (pid 12)`, for a sentence; of many, the first three."""
    some = list(found)
    first = ", ".join(f"{process.name} (pid {process.pid})" for process in some[:3])
    more = f" and {len(some) - 3} more" if len(some) > 3 else ""
    return f"process{'es' if len(some) > 1 else ''} {first}{more}"


def _last(path: str) -> str:
    """The last part of a path with slashes of either kind."""
    return re.split(r"[\\/]", path)[-1]


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, check=True, timeout=LIST_SECONDS, stdin=subprocess.DEVNULL
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError) as error:
        raise Unreadable("the list of running programs", str(error)) from None
