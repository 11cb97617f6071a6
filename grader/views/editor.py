"""The learner's editor: which one it is, and opening a file in it at a line."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Editors with a window of their own; every other one takes the terminal.
WINDOWED = (
    "code", "code-insiders", "codium", "cursor", "windsurf", "zed", "subl", "gedit", "kate", "mate",
    "gvim", "mvim", "pycharm", "charm", "idea", "notepad", "open", "xdg-open",
)  # fmt: skip
_CODES = ("code", "code-insiders", "codium", "cursor", "windsurf")
_PLUS = ("vi", "vim", "nvim", "view", "gvim", "mvim", "emacs", "emacsclient", "nano", "pico", "kak")


@dataclass(frozen=True)
class Editor:
    """A program that edits files."""

    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return Path(self.command[0]).name.removesuffix(".exe")

    @property
    def has_window(self) -> bool:
        return self.name in WINDOWED

    @property
    def stays_aside(self) -> bool:
        """Whether the terminal can be used while the editor is open."""
        return self.has_window or bool(_beside())

    def opening(self, path: Path, at: int = 1) -> list[str]:
        """The command that opens a file at a line."""
        if self.name in _CODES:
            return [*self.command, "--goto", f"{path}:{at}"]
        if self.name in ("subl", "zed", "hx", "helix", "micro"):
            return [*self.command, f"{path}:{at}"]
        return [*self.command, *([f"+{at}"] if self.name in _PLUS and at > 1 else []), str(path)]

    def open(self, path: Path, at: int = 1) -> str:
        """Open a file; gives what went wrong, or "".

        A window is opened and left alone; within tmux a terminal editor gets a pane beside this
        one; elsewhere it takes the terminal until it is closed.
        """
        command = self.opening(path, at)
        try:
            if self.has_window:
                quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
                subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]
            elif beside := _beside():
                subprocess.run([*beside, shlex.join(command)], check=True, capture_output=True)
            else:
                subprocess.run(command, check=False)
        except (OSError, subprocess.SubprocessError) as error:
            why = getattr(error, "strerror", None) or error
            return f"{shlex.join(command)} could not be started: {why}."
        return ""


def editor() -> Editor | None:
    """`$VISUAL` or `$EDITOR`; else VS Code where it is installed; else None."""
    for name in ("VISUAL", "EDITOR"):
        with contextlib.suppress(ValueError):
            words: Sequence[str] = shlex.split(os.environ.get(name, ""))
            if words and shutil.which(words[0]):
                return Editor(tuple(words))
    found = shutil.which("code")
    return Editor((found,)) if found else None


def _beside() -> list[str]:
    """The command that opens another program beside this one, where there is one."""
    has_tmux = os.environ.get("TMUX") and shutil.which("tmux")
    return ["tmux", "split-window", "-h"] if has_tmux else []
