"""Cards as text: questions, answers, points, and the Markdown that they are written in."""

from __future__ import annotations

from grader.coach.cards import RATINGS
from grader.coach.decks import Card
from grader.views.layout import Line, counted, line, prose


def question(card: Card, width: int) -> list[Line]:
    """A card's title and text."""
    text = [line(), *body(card.question, width)] if card.question else []
    return [*prose(card.title, width, "strong"), *text]


def answer(card: Card, width: int) -> list[Line]:
    """The answer, where a card has one."""
    if not card.answer:
        return []
    return [line("  Answer", "label"), *body(card.answer, width, "  "), line()]


def rated(card: Card, rating: int, days: int) -> str:
    """What follows from a rating, as a sentence."""
    return f"{card.title}: {RATINGS[rating]}, again in {counted(days, 'day')}."


def body(text: str, width: int, indent: str = "") -> list[Line]:
    """Markdown as lines: paragraphs and list items wrapped, fenced code as it is."""
    lines: list[Line] = []
    paragraph: list[str] = []
    fenced = False
    for row in [*text.split("\n"), ""]:
        fence = row.lstrip().startswith("```")
        if paragraph and (fence or not row.strip() or _is_item(row)):
            lines += _paragraph(" ".join(paragraph), width, indent)
            paragraph = []
        if fence:
            fenced = not fenced
        elif fenced:
            lines.append(line(f"{indent}  {row}", "code"))
        elif row.strip():
            paragraph.append(row.strip())
        elif lines and lines[-1]:
            lines.append(line())
    return lines[:-1] if lines and not lines[-1] else lines


def _is_item(row: str) -> bool:
    """Whether a row begins a list item."""
    first, _, rest = row.strip().partition(" ")
    numbered = first[-1:] == "." and first[:-1].isdecimal()
    return bool(rest) and (first in ("-", "*", "+") or numbered)


def _paragraph(text: str, width: int, indent: str) -> list[Line]:
    if not _is_item(text):
        return prose(text, width, "", indent, indent)
    mark, _, rest = text.partition(" ")
    return prose(rest, width, "", f"{indent}{mark} ", indent + " " * (len(mark) + 1))
