"""Real tools for an agent that can do no harm: files of one folder, and arithmetic."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 200_000  # of a file that is looked at
MAX_HITS = 8
MAX_TEXT = 2_000  # characters of a file that are given
MAX_BITS = 4_096  # of a number
SKIPPED = ("__pycache__", "node_modules")

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def toolbox(folder: Path) -> dict[str, Any]:
    """The tools, as an agent takes them."""
    root = folder.resolve()
    return {
        "search_text": _tool(
            lambda query: search(root, query),
            "Lines of the folder's text files that hold a text, in any case: [path, line, text].",
            query="what to look for",
        ),
        "read_file": _tool(
            lambda path, start=1: read(root, path, start),
            "The text of one file of the folder, from a line on.",
            path="relative to the folder",
        ),
        "evaluate": _tool(
            evaluate,
            "The value of an arithmetic expression, such as 2 * (3 + 4).",
            expression="numbers, + - * / // % ** and brackets",
        ),
    }


def _tool(fn: Callable[..., Any], description: str, **texts: str) -> dict[str, Any]:
    """An entry of a toolbox; `texts` describes the arguments, all of them texts and needed."""
    properties = {name: {"type": "string", "description": text} for name, text in texts.items()}
    parameters = {"type": "object", "properties": properties, "required": list(texts)}
    return {"description": description, "parameters": parameters, "fn": fn}


def search(root: Path, query: str) -> list[list[Any]]:
    """[path, line number, line] of the first lines that hold `query`; ValueError if it is blank."""
    if not query.strip():
        raise ValueError("the query is blank")
    hits: list[list[Any]] = []
    for path in _files(root):
        for number, text in enumerate(_text(path).splitlines(), 1):
            if query.lower() in text.lower():
                hits.append([path.relative_to(root).as_posix(), number, text.strip()[:160]])
                if len(hits) == MAX_HITS:
                    return hits
    return hits


def read(root: Path, path: str, start: int = 1) -> str:
    """Up to `MAX_TEXT` characters from line `start` on; ValueError for a path outside `root`."""
    wanted = (root / path).resolve()
    if not wanted.is_relative_to(root):
        raise ValueError(f"{path!r} is not in the folder")
    lines = _text(wanted).splitlines()[max(0, int(start) - 1) :]
    return "\n".join(lines)[:MAX_TEXT]


def _files(root: Path) -> Iterator[Path]:
    """The files below a folder, level by level; hidden and generated ones are left out."""
    entries = [p for p in sorted(root.iterdir()) if not p.name.startswith(".")]
    yield from (p for p in entries if p.is_file())
    for folder in entries:
        if folder.is_dir() and not folder.is_symlink() and folder.name not in SKIPPED:
            yield from _files(folder)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
    return "" if b"\0" in data else data.decode("utf-8", "replace")


def evaluate(expression: str) -> float | int:
    """The value of an arithmetic expression; ValueError for anything else."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise ValueError(f"{expression!r} is no arithmetic expression") from None
    return _value(tree)


def _value(node: ast.AST) -> float | int:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return _small(OPERATORS[type(node.op)](_value(node.operand)))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > 64:
            raise ValueError("exponents may be 64 at most")
        return _small(OPERATORS[type(node.op)](left, right))
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic")


def _small(value: Any) -> float | int:
    if isinstance(value, complex) or (isinstance(value, int) and value.bit_length() > MAX_BITS):
        raise ValueError("the value is too large, or no real number")
    return float(value) if isinstance(value, float) else int(value)
