"""Cursor, Windsurf and Zed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.coach.doctor import processes, reading
from grader.coach.doctor.finding import OFF, ON, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

CURSOR_TAB = "cursor.cpp.disabledLanguages"
ZED_SWITCH = "disable_ai"


@dataclass(frozen=True)
class Made:
    """An editor whose product is the AI: no file is known that switches all of it off."""

    tool: str
    folder: str
    names: tuple[str, ...]
    apps: tuple[str, ...]
    advice: str


MADE = (
    Made(
        "Cursor",
        "Cursor",
        ("cursor", "Cursor"),
        ("Cursor",),
        "Quit Cursor and write in a plain editor; its own settings switch off Tab alone.",
    ),
    Made(
        "Windsurf",
        "Windsurf",
        ("windsurf", "Windsurf", "devin-desktop", "Devin Desktop"),
        ("Windsurf", "Devin Desktop"),
        "Quit Windsurf and write in a plain editor; its status bar switches completion off.",
    ),
)


def made_for_ai(place: Place, running: list[Process]) -> list[Finding]:
    """Cursor and Windsurf: on when they run."""
    return [_made(place, editor, running) for editor in MADE]


def _made(place: Place, editor: Made, running: list[Process]) -> Finding:
    main = [p for p in running if p.name in editor.names or p.app in editor.apps]
    main = [process for process in main if not process.option("--type")]
    folder = place.settings / editor.folder
    if main:
        says = f"It is running: {processes.told(main)}.{_tab(place, folder, editor)}"
        return Finding(editor.tool, ON, says, editor.advice)
    if folder.is_dir():
        says = f"{place.shown(folder)} is there; no process of it was seen now."
        return Finding(editor.tool, UNKNOWN, says, f"Do not open {editor.tool}.")
    return absent(editor.tool)


def _tab(place: Place, folder: Path, editor: Made) -> str:
    """What is known of Cursor's completion, which is one part of its AI."""
    if editor.tool != "Cursor":
        return ""
    merged: dict[str, Any] = {}
    for path in (folder / "User" / "settings.json", place.project / ".vscode" / "settings.json"):
        try:
            merged |= reading.settings(path) or {}
        except Unreadable:  # it is on either way
            return ""
    languages = merged.get(CURSOR_TAB)
    off = isinstance(languages, list) and ("python" in languages or "*" in languages)
    return f" Tab is off for Python by `{CURSOR_TAB}`; chat and agent are not." if off else ""


def zed(place: Place, running: list[Process]) -> list[Finding]:
    """Zed: `disable_ai`, in the user's settings or the project's; either one switches off.

    Source: Zed's documentation, zed-industries/zed #35977, #47902; #38442 for older releases.
    """
    user = _zed_user(place)
    main = [process for process in running if process.name == "zed-editor" or process.app == "Zed"]
    if not main and not user.parent.is_dir():
        return [absent("Zed")]
    shared = place.project / ".zed" / "settings.json"
    try:
        own = (reading.settings(user) or {}).get(ZED_SWITCH) is True
        ours = (reading.settings(shared) or {}).get(ZED_SWITCH) is True
    except Unreadable as error:
        return [place.unreadable("Zed", error)]
    if own:
        return [Finding("Zed", OFF, f"{place.shown(user)} sets `{ZED_SWITCH}` to true.")]
    if ours:
        says = f"{place.shown(shared)} sets `{ZED_SWITCH}` to true; Zed of 2025 ignores it there."
        change = f'With an older Zed, set `"{ZED_SWITCH}": true` in {place.shown(user)}.'
        return [Finding("Zed", OFF, says, change)]
    seen = f" It is running: {processes.told(main)}." if main else ""
    says = f"Neither {place.shown(shared)} nor {place.shown(user)} sets `{ZED_SWITCH}` to true"
    change = f'In {place.shown(user)} set `"{ZED_SWITCH}": true`.'
    return [Finding("Zed", ON, f"{says}, so its AI is as it comes, on.{seen}", change)]


def _zed_user(place: Place) -> Path:
    """The user's settings; those of a flatpak where there are no others."""
    if place.system == "win32":
        return place.settings / "Zed" / "settings.json"
    usual = place.xdg_config / "zed" / "settings.json"
    flatpak = place.home / ".var" / "app" / "dev.zed.Zed" / "config" / "zed" / "settings.json"
    return flatpak if flatpak.is_file() and not usual.is_file() else usual
