"""Pictures for walkthroughs: heat maps, curves, bars. matplotlib is imported at the first one.

Each gives a `Picture`, which is shown where it is the last value of a cell; its `axes` can be drawn
on before. Figures are made without pyplot, so nothing depends on a backend or is left open.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 144
WRITTEN_OUT = 12  # a side of a pattern up to which its numbers are written into it
LEVEL = 4  # characters of a column's name that stand level; longer names would overlap
MISSING = (
    "There is no matplotlib here. Install it with `%pip install matplotlib`, and run this again."
)


@dataclass(frozen=True)
class Picture:
    """A drawing, and what it shows in words for those who do not see it."""

    figure: Figure
    says: str

    @property
    def axes(self) -> Axes:
        """The (first) axes, to draw more on."""
        return self.figure.axes[0]

    def __repr__(self) -> str:
        return f"<picture: {self.says}>"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        drawn = io.BytesIO()
        self.figure.savefig(drawn, format="png", dpi=DPI, facecolor="white", bbox_inches="tight")
        data = {"text/plain": repr(self), "image/png": drawn.getvalue()}
        return data, {
            "image/png": {"width": _pixels(drawn.getvalue()) * 72 // DPI, "alt": self.says}
        }


def show(
    pattern: Any,
    title: str = "",
    rows: Sequence[str] | str = "query",
    columns: Sequence[str] | str = "key",
) -> Picture:
    """A matrix as a heat map; the numbers of a small one are written into it.

    pattern: rows by columns, as a tensor, an array or lists, of numbers or of truth values; or
    several by title, drawn side by side with the same colours.
    rows, columns: what each is called, or what all of them are.
    """
    panels = dict(pattern) if isinstance(pattern, Mapping) else {title: pattern}
    tables = {name: _table(values) for name, values in panels.items()}
    wide = sum(max(2.0, 0.42 * len(t[0])) + 0.8 for t in tables.values())
    tall = max(1.2, 0.42 * max(len(t) for t in tables.values())) + 0.8
    figure = blank(min(wide, 11), min(tall, 7))
    highest = max(value for t in tables.values() for row in t for value in row)
    for place, (name, table) in enumerate(tables.items(), 1):
        axes = figure.add_subplot(1, len(tables), place)
        axes.imshow(table, cmap="Blues", vmin=0 if highest > 0 else None, vmax=highest or None)
        axes.set_title(name, fontsize=10)
        _name_axis(axes.xaxis, columns, len(table[0]))
        _name_axis(axes.yaxis, rows, len(table))
        _write_numbers(axes, table, highest)
    if isinstance(pattern, Mapping) and title:
        figure.suptitle(title, fontsize=11)
    sizes = ", ".join(
        f"{name or 'a matrix'} ({len(t)} by {len(t[0])})" for name, t in tables.items()
    )
    return Picture(figure, f"heat map of {sizes}")


def curve(
    lines: Mapping[str, Sequence[float]],
    x: Sequence[float] | None = None,
    title: str = "",
    across: str = "",
    up: str = "",
    log: bool = False,
) -> Picture:
    """Lines by name over the same x; with `log` both axes are logarithmic.

    across, up: what the axes measure, with the unit.
    """
    figure = blank(6, 3.2)
    axes = figure.add_subplot()
    for name, values in lines.items():
        heights = [float(value) for value in values]
        axes.plot(list(x) if x is not None else range(len(heights)), heights,
                  marker="o" if len(heights) <= 20 else "", label=name)  # fmt: skip
    if log:
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        if x is not None and len(x) <= 12:
            axes.set_xticks(list(x), [f"{at:g}" for at in x], fontsize=8)
            axes.set_xticks([], minor=True)
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    return Picture(figure, f"{title or up}: {', '.join(lines)} against {across or 'their number'}")


def bars(
    heights: Mapping[str, float] | Mapping[str, Mapping[str, float]],
    title: str = "",
    up: str = "",
    kept: int | None = None,
) -> Picture:
    """A bar for each name; stacked, and coloured by part, where a height is made of named parts.

    kept: how many of the first bars stand out, such as those before a cut; the others are grey.
    """
    figure = blank(min(11, max(4, 0.6 * len(heights))), 3.0)
    axes = figure.add_subplot()
    stacks = {name: h if isinstance(h, Mapping) else {"": h} for name, h in heights.items()}
    parts = list(dict.fromkeys(part for stack in stacks.values() for part in stack))
    below = [0.0] * len(stacks)
    for part in parts:
        tall = [float(stack.get(part, 0.0)) for stack in stacks.values()]
        drawn = axes.bar(list(stacks), tall, bottom=below, label=part)
        below = [a + b for a, b in zip(below, tall, strict=True)]
        for bar in list(drawn)[len(tall) if kept is None else kept :]:
            bar.set_color("lightgrey")
    if parts != [""]:
        axes.legend(frameon=False)
    axes.set(title=title, ylabel=up)
    return Picture(figure, f"{title or up}: bars for {', '.join(stacks)}")


def blank(wide: float, tall: float) -> Figure:
    """An empty figure of so many inches; raises ModuleNotFoundError with the way to install."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(MISSING, name=error.name) from None
    return Figure(figsize=(wide, tall), layout="constrained")


def _table(values: Any) -> list[list[float]]:
    """A matrix as lists of numbers; raises ValueError where it is none."""
    plain = values.tolist() if hasattr(values, "tolist") else values
    try:
        table = [[float(value) for value in row] for row in plain]
    except TypeError:
        raise ValueError(f"A pattern has rows and columns, and this is {plain!r}.") from None
    if not table or not table[0] or len({len(row) for row in table}) > 1:
        raise ValueError(f"A pattern has rows of one length, and this is {plain!r}.")
    return table


def _name_axis(axis: Any, names: Sequence[str] | str, count: int) -> None:
    if not isinstance(names, str):
        long = axis.axis_name == "x" and max(map(len, names), default=0) > LEVEL
        turned = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if long else {}
        axis.set_ticks(range(count), names, fontsize=8, **turned)
        return
    axis.axes.set(**{f"{axis.axis_name}label": names})
    axis.set_ticks(range(count) if count <= 16 else [0, count - 1])


def _write_numbers(axes: Axes, table: list[list[float]], highest: float) -> None:
    if max(len(table), len(table[0])) > WRITTEN_OUT:
        return
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            colour = "white" if value > 0.6 * highest else "black"
            text = f"{value:.2f}".rstrip("0").rstrip(".")
            axes.text(j, i, text, ha="center", va="center", fontsize=7, color=colour)


def _pixels(png: bytes) -> int:
    """The width that a PNG's header tells."""
    return int.from_bytes(png[16:20], "big")
