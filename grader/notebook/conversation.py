"""An agent's transcript as a diagram: a lane for each role, time running downwards."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from grader.notebook.drawing import Picture, blank

LANES = ("system", "user", "assistant", "tool")
COLOURS = {"system": "#eeeeee", "user": "#d7e8f7", "assistant": "#dff0d8", "tool": "#fcefd0"}
COLUMNS = 34  # characters in a line of a box
ROWS = 6  # lines of a box


def transcript(messages: Sequence[Mapping[str, Any]], title: str = "") -> Picture:
    """Messages of a conversation, each a box in its role's lane; calls and results are joined."""
    texts = [_lines(message) for message in messages]
    lanes = [lane for lane in LANES if any(m.get("role") == lane for m in messages)]
    tall = sum(len(text) + 1.5 for text in texts)
    figure = blank(2.8 * len(lanes) + 0.2, 0.19 * tall + 0.5)
    axes = figure.add_subplot()
    axes.set(xlim=(-0.5, len(lanes) - 0.5), ylim=(tall, -1.5), title=title)
    axes.axis("off")
    for place, lane in enumerate(lanes):
        axes.text(place, -1, lane, ha="center", va="center", weight="bold", fontsize=10)
    top, before = 0.0, None
    for message, text in zip(messages, texts, strict=True):
        place = lanes.index(str(message.get("role")))
        middle = (place, top + len(text) / 2)
        if before:
            line = {"arrowstyle": "->", "color": "grey"}
            axes.annotate("", middle, before, arrowprops=line, zorder=1)
        box = {"boxstyle": "round,pad=0.4", "facecolor": COLOURS[lanes[place]], "edgecolor": "grey"}
        axes.text(*middle, "\n".join(text), ha="center", va="center", fontsize=9, bbox=box)
        before, top = middle, top + len(text) + 1.5
    return Picture(figure, f"conversation of {', '.join(str(m.get('role')) for m in messages)}")


def _lines(message: Mapping[str, Any]) -> list[str]:
    """What a box says: the content, then the calls; long texts lose their end."""
    parts = [str(message["content"])] if message.get("content") else []
    parts += [_call(call) for call in message.get("tool_calls") or ()]
    lines = "\n".join(parts or ["(nothing)"]).splitlines()
    rows = [row for line in lines for row in textwrap.wrap(line, COLUMNS) or [""]]
    return rows if len(rows) <= ROWS else [*rows[: ROWS - 1], "..."]


def _call(call: Mapping[str, Any]) -> str:
    function = call.get("function", call)
    arguments = function.get("arguments", "")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return f"→ {function.get('name')}({text})"
