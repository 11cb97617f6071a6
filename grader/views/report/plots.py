"""Plots as inline SVG. Across they are measured in percent and down in pixels, so that they fill
any width while letters and lines keep their size. Colours are classes of `style.css`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from grader.views.report.markup import Markup, joined, tag

TOP, FLOOR, HEIGHT = 12, 160, 186  # pixels: the upper and lower end of a plot, and of its labels
SMALL = 60  # pixels of a plot that is one among many
TICKS = 5  # at most so many labels along an axis
SLOW = 2.0  # shares of the interview's minutes from which a point is drawn at the top
FEW = 3  # exercises that a median is taken of at least, where there are so many
LEAST = 4  # repetitions for which there is room at least
Part = tuple[str, int]  # a kind, which says its colour, and a count


@dataclass(frozen=True)
class Column:
    """One column of a plot: what it stands for, and what lies in it from below."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.parts)


@dataclass(frozen=True)
class Path:
    """Shares of the interview's minutes, one for each repetition; None where it was given up."""

    name: str
    shares: tuple[float | None, ...]


def bar(title: str, parts: Iterable[Part], most: int) -> Markup:
    """One horizontal bar; `most` is the count that fills the width."""
    pieces, before = [], 0
    for kind, count in parts:
        across, width = percent(before / most), percent(count / most)
        piece = tag("rect", class_=classed(kind), x=across, y=1, width=width, height=14)
        pieces += [piece] if count else []
        before += count
    return svg(title, 16, *pieces)


def columns(title: str, found: Sequence[Column]) -> Markup:
    """Stacked columns over an axis of counts."""
    top = nice(max(column.total for column in found))
    axis = [rule(tick / top, str(tick)) for tick in (0, top // 2, top)]
    marks = [(center(n, len(found)), found[n].label) for n in spread(len(found))]
    drawn = [_column(column, n, len(found), top) for n, column in enumerate(found)]
    return svg(title, HEIGHT, *axis, *map(below, marks), *drawn)


def _column(column: Column, n: int, of: int, top: int) -> Markup:
    counts = ", ".join(f"{count} {kind}" for kind, count in column.parts if count)
    pieces, before = [tag("title", f"{column.label}: {counts or 'none'}")], 0
    for kind, count in column.parts:
        y, height = down((before + count) / top), down(0) - down(count / top)
        x, width = percent((n + 0.1) / of), percent(0.8 / of)
        piece = tag("rect", class_=classed(kind), x=x, y=y, width=width, height=height)
        pieces += [piece] if count else []
        before += count
    return tag("g", *pieces)


def paths(title: str, found: Sequence[Path]) -> Markup:
    """All paths faintly, and their median strongly, as far as `FEW` of them reach."""
    lengths = sorted((len(path.shares) for path in found), reverse=True)
    reach = lengths[min(FEW, len(lengths)) - 1]
    found = [Path(path.name, path.shares[:reach]) for path in found]
    longest = max(LEAST, reach)
    axis = [rule(share / SLOW, f"{share:.0%}") for share in (0, 0.5, 1.5, SLOW)]
    marks = [(center(n, longest), str(n + 1)) for n in spread(longest)]
    each = [
        tag("g", tag("title", path.name), *segments(path.shares, longest, TOP, FLOOR, "faint"))
        for path in found
    ]
    middle = [_middle(n, found) for n in range(longest)]
    whole = segments(middle, longest, TOP, FLOOR, "strong")
    dots = [_dot(n, middle[n], longest, found) for n in range(longest)]
    limit = rule(1 / SLOW, "100%", "limit")
    return svg(title, HEIGHT, *axis, limit, *map(below, marks), *each, *whole, *dots)


def _middle(n: int, found: Sequence[Path]) -> float | None:
    shares = _at(n, found)
    return median(shares) if shares else None


def _at(n: int, found: Sequence[Path]) -> list[float]:
    """What every path that came so far shows at a repetition."""
    shares = [path.shares[n] for path in found if n < len(path.shares)]
    return [share for share in shares if share is not None]


def _dot(n: int, share: float | None, of: int, found: Sequence[Path]) -> Markup | None:
    if share is None:
        return None
    says = f"Repetition {n + 1}: {share:.0%} of the minutes, median of {len(_at(n, found))}"
    x, y = percent(center(n, of)), down(share / SLOW)
    return tag("circle", tag("title", says), class_="strong", cx=x, cy=y, r=4)


def path(found: Path) -> Markup:
    """One path in little: a line for the interview's minutes, dots for passes, crosses else."""
    of, upper, lower = max(LEAST, len(found.shares)), 6, SMALL - 6
    middle = (upper + lower) / 2
    limit = tag("line", class_="limit", x1="0%", x2="100%", y1=middle, y2=middle)
    drawn = segments(found.shares, of, upper, lower, "strong")
    signs = [_sign(n, share, of, upper, lower) for n, share in enumerate(found.shares)]
    says = ", ".join("given up" if share is None else f"{share:.0%}" for share in found.shares)
    return svg(f"{found.name}: {says}", SMALL, limit, *drawn, *signs)


def _sign(n: int, share: float | None, of: int, upper: int, lower: int) -> Markup:
    x = percent(center(n, of))
    if share is None:
        says = tag("title", f"Repetition {n + 1}: given up")
        return tag("text", says, "×", class_="cross", x=x, y=upper + 6, text_anchor="middle")
    says = tag("title", f"Repetition {n + 1}: {share:.0%} of the minutes")
    return tag("circle", says, class_="strong", cx=x, cy=down(share / SLOW, upper, lower), r=3)


# What plots are made of.


def svg(title: str, height: int, *inside: Markup | None) -> Markup:
    """A picture with a title, which is also what is read aloud."""
    inside = (tag("title", title), *inside)
    return tag("svg", *inside, role="img", aria_label=title, width="100%", height=height)


def segments(
    shares: Sequence[float | None], of: int, upper: int, lower: int, kind: str
) -> list[Markup]:
    """Lines between neighbours; none to or from a repetition that has no share."""
    found = []
    for n, (one, other) in enumerate(itertools.pairwise(shares)):
        if one is not None and other is not None:
            x1, x2 = percent(center(n, of)), percent(center(n + 1, of))
            y1, y2 = (down(share / SLOW, upper, lower) for share in (one, other))
            found.append(tag("line", class_=kind, x1=x1, x2=x2, y1=y1, y2=y2))
    return found


def rule(share: float, label: str, kind: str = "rule") -> Markup:
    """A line across the plot, with its number at the left."""
    y = down(share)
    words = tag("text", label, class_="label", x=-8, y=y + 4, text_anchor="end")
    return joined(tag("line", class_=kind, x1="0%", x2="100%", y1=y, y2=y), words)


def below(mark: tuple[float, str]) -> Markup:
    """A label under the plot."""
    across, words = mark
    x, y = percent(across), HEIGHT - 8
    return tag("text", words, class_="label", x=x, y=y, text_anchor="middle")


def center(n: int, of: int) -> float:
    """Where the middle of one of several equal stretches is, as a share of the width."""
    return (n + 0.5) / of


def down(share: float, upper: int = TOP, lower: int = FLOOR) -> float:
    """Pixels from above for a share of the height; what is too high is drawn at the top."""
    return round(lower - (lower - upper) * min(share, 1.0), 2)


def classed(kind: str) -> str:
    """The class of `style.css` that colours a kind."""
    return kind.replace(" ", "-")


def percent(share: float) -> str:
    return f"{100 * share:.4g}%"


def spread(count: int) -> list[int]:
    """At most `TICKS` of the numbers below `count`, evenly."""
    if count <= TICKS:
        return list(range(count))
    return [round(n * (count - 1) / (TICKS - 1)) for n in range(TICKS)]


def nice(count: int) -> int:
    """A round even number, not below `count` and not far above, for the end of an axis."""
    step = max(2, int(10 ** int(math.log10(max(count, 1)))) // 5)
    return max(2, math.ceil(count / step) * step)
