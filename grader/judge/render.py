"""What is made from a page: the stub that a learner fills in, and the reference as a file."""

from __future__ import annotations

import ast
import textwrap

from grader.judge.catalogue import Card
from grader.pagetext import Definition, PageText, names_in

FULL, SIGNATURE, SPOKEN = BARE = 0, 1, 2  # how bare a stub is


def stub(card: Card, bare: int = FULL) -> str:
    """The file a learner starts from, and nothing of the solution in it.

    bare: `FULL` gives the statement and the signature, `SIGNATURE` the signature alone, `SPOKEN`
    what an interviewer would say, and an empty file.
    """
    head = (
        f"# {card.id} · level {card.level} · {card.minutes} minutes · all assistance off\n"
        f"# Grade it: drill grade {card.id}   or   pytest exercises/{card.id}.py\n"
    )
    if bare == SPOKEN:
        return head + textwrap.indent(textwrap.fill(spoken(card), 96), "# ") + "\n"
    code = skeleton(card)
    gap = "\n" if code.startswith(("import", "from")) else "\n\n"
    about = f'"""{card.statement}\n"""\n' if bare == FULL else ""
    return f"{head}{about}{gap}{code}"


def spoken(card: Card) -> str:
    """The exercise as an interviewer says it: what to build, and how it is to be called."""
    about = card.statement.split("\n\n")[1]
    page = PageText(card.path.read_text(encoding="utf-8"))
    kind = "class" if isinstance(page.solution, ast.ClassDef) else "function"
    return f"{card.title}. {' '.join(about.split())} Call the {kind} {card.entry}."


def skeleton(card: Card) -> str:
    """The code of the stub: imports, signatures, docstrings, a placeholder for every body."""
    page = PageText(card.path.read_text(encoding="utf-8"))
    body = _emptied(page.solution, page.source.splitlines())
    imports = page.imports(names_in(ast.parse(body)) | {"torch"})
    return f"{imports}\n\n\n{body}" if imports else body


def solution(card: Card) -> str:
    """The reference as a file of its own, as a learner could have written it."""
    page = PageText(card.path.read_text(encoding="utf-8"))
    text = page.solution_text
    return f"{page.imports(names_in(ast.parse(text)))}\n\n\n{text}"


def _emptied(node: Definition, lines: list[str], indent: str = "") -> str:
    """A definition with its docstrings and signatures, and a placeholder for every body."""
    head = _head(node, lines)
    doc = _docstring(node, lines)
    if isinstance(node, ast.FunctionDef):
        return f"{head}{doc}{indent}    raise NotImplementedError\n"
    methods = [n for n in node.body if isinstance(n, ast.FunctionDef) and _is_public(n)]
    parts = [_emptied(method, lines, "    ") for method in methods]
    return f"{head}{doc}" + ("\n" if doc else "") + "\n".join(parts)


def _is_public(method: ast.FunctionDef) -> bool:
    return not method.name.startswith("_") or method.name == "__init__"


def _head(node: Definition, lines: list[str]) -> str:
    """The signature: from `def` or `class` up to the first statement of the body."""
    last = node.body[0].lineno - 1
    kept = lines[node.lineno - 1 : last]
    while kept and (not kept[-1].strip() or kept[-1].strip().startswith("#")):
        kept.pop()
    return "\n".join(kept) + "\n"


def _docstring(node: Definition, lines: list[str]) -> str:
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return ""
    return "\n".join(lines[first.lineno - 1 : first.end_lineno]) + "\n"


def body_lines(card: Card) -> set[str]:
    """The lines of the solution that a stub must not show: its statements, stripped."""
    page = PageText(card.path.read_text(encoding="utf-8"))
    shown = textwrap.dedent(_emptied(page.solution, page.source.splitlines())).splitlines()
    known = {line.strip() for line in shown}
    return {line.strip() for line in page.solution_text.splitlines()} - known - {""}
