"""The terminal: how wide it is, whether it has colours, and putting lines on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from grader.views.layout import WIDTH, Line, joined, prose, visible

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "bad": "bold red",
    "good": "bold green",
    "strong": "bold",
    "code": "cyan",
    "label": "blue",
    "dim": "dim",
    "": "",
}
WIDEST = 110  # columns of text: longer lines are hard to read
_PLAINER = str.maketrans({"✓": "+", "✗": "x", "·": ".", "×": "x", "≠": "!", "—": "-", "–": "-"})


class Screen:
    """Standard output, with colours where it is a terminal that has them.

    color: False for none, None to find out.
    """

    def __init__(self, color: bool | None = None) -> None:
        wanted = color is not False and not os.environ.get("NO_COLOR")
        self.color = wanted and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        columns, rows = shutil.get_terminal_size((WIDTH, 24))
        return columns, rows

    @property
    def width(self) -> int:
        """The columns to fill with text."""
        return min(self.size[0], WIDEST)

    @property
    def is_terminal(self) -> bool:
        """Whether someone sits there who sees the screen and can press keys."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def show(self, lines: Iterable[Line]) -> None:
        """Put lines on the screen."""
        if not self.color:
            self.write(joined(lines))
            return
        from rich.text import Text

        text = Text("\n").join(
            Text.assemble(*((part, STYLES[style]) for part, style in line)) for line in lines
        )
        self._console.print(text, soft_wrap=True, highlight=False)

    def say(self, text: str, style: str = "") -> None:
        """Put a paragraph on the screen."""
        self.show(prose(text, self.width, style))

    def write(self, text: str) -> None:
        """Put text on the screen as it is; signs that it does not know become plainer ones."""
        encoding = sys.stdout.encoding or "utf-8"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            plainer = text.translate(_PLAINER)
            text = plainer.encode(encoding, "backslashreplace").decode(encoding)
        print(text, flush=True)

    def clear(self) -> None:
        """Empty the screen, not what one can scroll back to."""
        sys.stdout.write("\x1b[H\x1b[2J" if self.is_terminal else "")
        sys.stdout.flush()

    def status(self, text: str) -> None:
        """Something passing, at the lower end; the next `clear` takes it away."""
        if self.is_terminal:
            sys.stdout.write(f"\r\x1b[K{visible(text)[: self.size[0] - 1]}")
            sys.stdout.flush()

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        return Console(markup=False, emoji=False, highlight=False)


def complain(text: str) -> None:
    """One line on standard error."""
    print(f"drill: {text}", file=sys.stderr, flush=True)
