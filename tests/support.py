"""What several tests need."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.judge import catalogue
from grader.judge.page import Page

HERE = Path(__file__).parent


@cache
def page(id: str) -> Page:
    """An exercise's page, ready to judge."""
    card = catalogue.find(id)
    return Page(card, catalogue.load(card), examples=24, seed=0)


def cases(id: str, check: str = catalogue.AGREEMENT) -> list[dict[str, Any]]:
    """The cases that a check of an exercise is tried on."""
    return page(id).pool(check)


def module(id: str) -> ModuleType:
    """An exercise's page as a module. Imported late: the judge's zygote must hold no page."""
    return importlib.import_module(f"reference.{id.replace('/', '.')}")


def reference(id: str) -> Any:
    """An exercise's reference solution."""
    return page(id).exercise.reference
