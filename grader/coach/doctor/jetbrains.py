"""PyCharm and the other IDEs of JetBrains: three kinds of assistance with three switches.

An empty file `.noai` in the project keeps AI Assistant out of it, and nothing else: Full Line
completion is a local model of its own (so it works without a network as well), and other plugins
do as they like. Source: JetBrains' documentation. Disabled plugins stand, one id a line, in
`disabled_plugins.txt` of the IDE's settings.
"""

from __future__ import annotations

import re
from pathlib import Path

from grader.coach.doctor import reading
from grader.coach.doctor.finding import OFF, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

ASSISTANT, FULL_LINE = "JetBrains AI Assistant", "JetBrains Full Line completion"
PLUGINS = "AI plugins of JetBrains IDEs"
ASSISTANT_ID, FULL_LINE_ID = "com.intellij.ml.llm", "org.jetbrains.completion.full.line"
DISABLED = "disabled_plugins.txt"

_IDE = re.compile(r"[A-Za-z]+\d{4}\.\d")
_OTHERS = re.compile(
    r"copilot|junie|codeium|windsurf|tabnine|supermaven|continue|cody|amazon-?q|gemini|claude|"
    r"codegpt|proxyai|augment",
    re.IGNORECASE,
)


def look(place: Place, _: list[Process]) -> list[Finding]:
    """AI Assistant, Full Line completion, and plugins of others."""
    try:
        ides = _ides(place)
        if not ides:
            return [absent(tool) for tool in (ASSISTANT, FULL_LINE, PLUGINS)]
        disabled = {ide: _disabled(ide) for ide in ides}
        plugins = _plugins(place, ides)
    except Unreadable as error:
        return [place.unreadable(tool, error) for tool in (ASSISTANT, FULL_LINE, PLUGINS)]
    return [
        _assistant(place, disabled),
        _full_line(place, disabled),
        _third_party(place, plugins),
    ]


def _ides(place: Place) -> list[Path]:
    """The folders of settings, one for each IDE and release that was ever started."""
    root = place.settings / "JetBrains"
    return [root / name for name in reading.names(root) if _IDE.fullmatch(name)]


def _disabled(ide: Path) -> set[str]:
    text = reading.text(ide / DISABLED) or ""
    return {row.strip() for row in text.splitlines()}


def _assistant(place: Place, disabled: dict[Path, set[str]]) -> Finding:
    marker = place.project / ".noai"
    if marker.is_file():
        return Finding(ASSISTANT, OFF, f"{place.shown(marker)} is there.")
    lacking = [ide for ide, ids in disabled.items() if ASSISTANT_ID not in ids]
    if not lacking:
        says = f"{DISABLED} of every IDE names {ASSISTANT_ID}."
        return Finding(ASSISTANT, OFF, says)
    says = f"{place.shown(lacking[0])} is there, and {place.shown(marker)} is not; whether "
    says += "AI Assistant is installed and logged in cannot be told."
    return Finding(ASSISTANT, UNKNOWN, says, f"Make an empty file {place.shown(marker)}.")


def _full_line(place: Place, disabled: dict[Path, set[str]]) -> Finding:
    lacking = [ide for ide, ids in disabled.items() if FULL_LINE_ID not in ids]
    if not lacking:
        return Finding(FULL_LINE, OFF, f"{DISABLED} of every IDE names {FULL_LINE_ID}.")
    says = f"{place.shown(lacking[0] / DISABLED)} does not name {FULL_LINE_ID}; whether it is "
    says += "switched off in the settings cannot be told. `.noai` does not concern it."
    change = f"In Settings > Plugins disable Full Line Code Completion ({FULL_LINE_ID})."
    return Finding(FULL_LINE, UNKNOWN, says, change)


def _plugins(place: Place, ides: list[Path]) -> list[Path]:
    """Folders of plugins whose names tell of AI."""
    roots = [ide / "plugins" for ide in ides]
    if place.system == "linux":
        roots += [place.xdg_data / "JetBrains" / ide.name for ide in ides]
    return [root / name for root in roots for name in reading.names(root) if _OTHERS.search(name)]


def _third_party(place: Place, plugins: list[Path]) -> Finding:
    if not plugins:
        return absent(PLUGINS, "No known one is installed.")
    says = f"{', '.join(place.shown(path) for path in plugins)}: installed; whether enabled "
    says += "cannot be told. `.noai` does not concern them."
    change = f"In Settings > Plugins disable {', '.join(sorted({p.name for p in plugins}))}."
    return Finding(PLUGINS, UNKNOWN, says, change)
