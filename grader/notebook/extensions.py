"""What the JupyterLab of `drill notebook` does without, and what its page says of that.

Without Jupyter, on plain data. What is AI is told by names alone; the doctor has the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.coach.doctor.labextensions import AI, HARMLESS, INLINE, is_ai

OFFERED = "federated_extensions"  # in a page's settings: the prebuilt extensions to be loaded
LEFT_OUT = "unaidedLeftOut"  # added by us: those of them that the page was made without


def switched_off(installed: Iterable[str]) -> list[str]:
    """What is to be disabled and locked, given the names of what is installed."""
    return [*INLINE, *sorted({*AI, *filter(is_ai, installed)})]


def without_ai(page: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a server's page, without the prebuilt extensions that are AI.

    To disable them by name is not enough: the browser would load them all the same, and then leave
    out only those of their plugins whose ids begin with that name, which they need not.
    """
    offered = page[OFFERED]
    return {
        **page,
        OFFERED: [each for each in offered if not is_ai(each["name"])],
        LEFT_OUT: [each["name"] for each in offered if is_ai(each["name"])],
    }


@dataclass(frozen=True)
class Report:
    """What a running server says of its extensions, by name.

    inline: whether JupyterLab's inline completion is disabled, all of it. blocked: AI that is
    installed and left out. on: AI that a browser gets all the same. unknown: what a browser gets
    and nobody here knows. off: how many names of AI the server has switched off, installed or not.
    """

    inline: bool
    blocked: tuple[str, ...]
    on: tuple[str, ...]
    unknown: tuple[str, ...]
    off: int


def report(page: Mapping[str, Any]) -> Report:
    """Read the settings that a server's page hands to the browser.

    Raises ValueError where they do not say which extensions there are.
    """
    offered, disabled = page.get(OFFERED), page.get("disabledExtensions")
    if not isinstance(offered, list) or not isinstance(disabled, list):
        raise ValueError("its page does not say which extensions it has")
    names = [str(extension["name"]) for extension in offered]
    blocked = tuple(map(str, page.get(LEFT_OUT, ())))
    strange = (name for name in names if name not in disabled and name not in HARMLESS)
    return Report(
        inline=all(plugin in disabled for plugin in INLINE),
        blocked=blocked,
        on=tuple(filter(is_ai, names)),
        unknown=tuple(name for name in strange if not is_ai(name)),
        off=len({*filter(is_ai, disabled), *blocked}),
    )
