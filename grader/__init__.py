"""Unaided: from-scratch ML drills, graded. The package behind the `drill` command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext grader` in a notebook: add `%%drill` and `%drill`."""
    from grader.notebook.magic import register

    register(shell)
