"""HTML as text, safe by the way it is built: what is not `Markup` is escaped where it is put in."""

from __future__ import annotations

import re
from html import escape

from grader.views.layout import visible

VOID = ("meta", "wbr")  # elements of HTML that have no end

_NUMBER = re.compile(r"[\d.]+%?")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Inside = str | int | None  # what an element may hold: a text, a number, or nothing


def tag(name: str, /, *inside: Inside, **attributes: str | float) -> Markup:
    """An element: `tag("p", "1 < 2", class_="note")` is `<p class="note">1 &lt; 2</p>`.

    Underscores of attributes become hyphens. Attributes are escaped always, contents unless they
    are `Markup`.
    """
    written = "".join(f' {_named(key)}="{text(value)}"' for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*inside)}</{name}>")


def joined(*parts: Inside) -> Markup:
    """Parts one after the other."""
    whole = (part if isinstance(part, Markup) else text(part) for part in parts if part is not None)
    return Markup("".join(whole))


def text(value: object) -> Markup:
    """Any value as text in HTML, with signs that would hide themselves written out."""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Markup(escape(visible(shown)))


def table(caption: str, head: list[str], rows: list[list[Inside]]) -> Markup:
    """A table whose first column names its rows, in a frame that scrolls where it is too wide."""
    tops = [tag("th", title, scope="col") for title in head]
    body = [tag("tr", tag("th", row[0], scope="row"), *map(_cell, row[1:])) for row in rows]
    whole = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *tops)),
        tag("tbody", *body),
    )
    return tag("div", whole, class_="wide", role="region", tabindex=0, aria_label=caption)


def _cell(value: Inside) -> Markup:
    number = _NUMBER.fullmatch(str(value))
    return tag("td", value, class_="number") if number else tag("td", value)


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
