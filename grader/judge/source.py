"""What can be told of a learner's file before it runs: whether it can be read, and is written."""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Problem:
    """Why a file need not be run: "broken" or "missing", a sentence, and the line."""

    verdict: str
    says: str
    line: int | None = None


def read(path: Path) -> str | Problem:
    """The text of a file, or what is wrong with it. OSError where it cannot be opened."""
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        says = f"The file has {len(data):,} bytes; more than {MAX_BYTES:,} are not read."
        return Problem("broken", says)
    try:
        text = importlib.util.decode_source(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return Problem("broken", "The file is not UTF-8 text; save it as UTF-8.")
    if not text.strip():
        return Problem("broken", "The file is empty; `drill reset` lays the stub again.")
    return text


def inspect(text: str, entry: str) -> Problem | None:
    """What is wrong with the text of a solution, or None where it is worth running."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return Problem("broken", f"Python cannot read it: {error.msg}.", error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        return Problem("broken", f"Python cannot read it: {error}.")
    if all(map(_is_placeholder, tree.body)):  # comments, at most a docstring: a bare stub
        return Problem("missing", f"`{entry}` is not written yet.", 1)
    written = [n for n in tree.body if getattr(n, "name", None) == entry]
    if written and _is_stub(written[-1]):
        return Problem("missing", f"`{entry}` is not written yet.", written[-1].lineno)
    return None


def _is_stub(node: ast.stmt) -> bool:
    """Whether there is nothing in a function, or in any method of a class, but a placeholder."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return all(_is_placeholder(statement) for statement in node.body)
    if isinstance(node, ast.ClassDef):
        functions = [n for n in node.body if isinstance(n, ast.FunctionDef)]
        others = [n for n in node.body if n not in functions]
        return all(map(_is_stub, functions)) and all(map(_is_placeholder, others))
    return False


def _is_placeholder(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return getattr(error, "id", None) == "NotImplementedError"
    return False
