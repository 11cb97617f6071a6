"""A page as text: what it declares, read from its syntax tree without running it.

No torch here: listing, statements, hints and stubs come from this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class PageText:
    """The text of one page. Raises SyntaxError or ValueError where it is none."""

    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def statement(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Functions and classes at the top of the page, by name."""
        found = [n for n in self.tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        return {node.name: node for node in found}

    def marked(self, word: str) -> list[Definition]:
        """Definitions decorated with `@exercise.<word>` or `@exercise.<word>(...)`."""
        return [node for node in self.definitions.values() if word in _marks(node)]

    @property
    def solution(self) -> Definition:
        """The definition that the learner is asked to write."""
        found = self.marked("solution")
        if len(found) != 1:
            raise ValueError(f"one definition must carry @exercise.solution, not {len(found)}")
        return found[0]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The literal arguments of `exercise = Exercise(...)`; others are left out."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                target = node.targets[0]
                if isinstance(target, ast.Name) and target.id == "exercise":
                    return dict(_literals(node.value))
        raise ValueError("there is no `exercise = Exercise(...)`")

    @property
    def mistakes(self) -> list[str]:
        """The names given to `exercise.mistake(...)`, as a statement or as a decorator."""
        found = []
        for node in self.tree.body:
            calls = list(getattr(node, "decorator_list", ()))
            calls += [node.value] if isinstance(node, ast.Expr) else []
            for call in calls:
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "mistake":
                    found.append(ast.literal_eval(call.args[0]))
        return found

    @property
    def walkthrough(self) -> str:
        """The text given to `exercise.walkthrough(...)`; nothing where there is none."""
        for node in self.tree.body:
            call = node.value if isinstance(node, ast.Expr) else None
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "walkthrough":
                return str(ast.literal_eval(call.args[0])).strip("\n")
        return ""

    @property
    def solution_text(self) -> str:
        """The reference, undecorated, after the page's own plain functions that it uses."""
        parts = self._with_helpers(self.solution, set())
        return "\n\n\n".join(map(self._undecorated, parts)) + "\n"

    def imports(self, used: set[str]) -> str:
        """The page's import statements that bind a name in `used`, without the grader's own."""
        lines = []
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
                continue
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                kept = [a for a in node.names if (a.asname or a.name).split(".")[0] in used]
                if kept:
                    node = type(node)(**{**dict(ast.iter_fields(node)), "names": kept})
                    lines.append(ast.unparse(node))
        return "\n".join(lines)

    def _with_helpers(self, node: Definition, seen: set[str]) -> list[Definition]:
        seen.add(node.name)
        parts: list[Definition] = []
        for name, helper in self.definitions.items():
            if name in _free(node) and name not in seen and not helper.decorator_list:
                parts += self._with_helpers(helper, seen)
        return [*parts, node]

    def _undecorated(self, node: Definition) -> str:
        lines = self.source.splitlines()
        return "\n".join(lines[node.lineno - 1 : node.end_lineno])


def constant(source: str, name: str) -> Any:
    """The literal that a file binds to a name, None where it binds none; ValueError where what it
    binds is no literal, SyntaxError where the file is no Python.
    """
    for node in ast.parse(source).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                return ast.literal_eval(node.value)
    return None


def names_in(node: ast.AST) -> set[str]:
    """Every plain name that a piece of code refers to."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _free(node: ast.AST) -> set[str]:
    """The names that a piece of code refers to and does not bind itself."""
    parts = list(ast.walk(node))
    bound = {n.id for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names_in(node) - bound - {n.arg for n in parts if isinstance(n, ast.arg)}


def _literals(call: ast.Call) -> Iterator[tuple[str, Any]]:
    for keyword in call.keywords:
        try:
            yield str(keyword.arg), ast.literal_eval(keyword.value)
        except ValueError:
            continue


def _marks(node: Definition) -> set[str]:
    found = set()
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "exercise":
            found.add(target.attr)
    return found
