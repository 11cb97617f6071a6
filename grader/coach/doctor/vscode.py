"""VS Code and its kin: Copilot, which is built in, and the AI extensions of others.

Copilot is bundled and on by default, so that no folder of it is found says nothing; what counts is
`chat.disableAIFeatures`, in the project's settings or else in the user's. That switch does not
reach other extensions. Source: the VS Code documentation, and microsoft/vscode #262851 (workspace
level), #317733 and #309947 (the setting has been lost after updates: look again each time).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.coach.doctor import processes, reading
from grader.coach.doctor.finding import OFF, ON, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

SWITCH = "chat.disableAIFeatures"
_FOR_ALL_PROFILES = "workbench.settings.applyToAllProfiles"


@dataclass(frozen=True)
class Kin:
    """An editor of the family: where its settings are, and what its process is called."""

    tool: str
    folder: str  # of settings, among those of desktop programs
    names: tuple[str, ...]
    app: str  # on macOS
    flatpak: str = ""


KIN = (
    Kin("VS Code", "Code", ("code", "Code"), "Visual Studio Code", "com.visualstudio.code"),
    Kin(
        "VS Code Insiders",
        "Code - Insiders",
        ("code-insiders", "Code - Insiders"),
        "Visual Studio Code - Insiders",
        "com.visualstudio.code.insiders",
    ),
    Kin("VSCodium", "VSCodium", ("codium", "VSCodium"), "VSCodium", "com.vscodium.codium"),
    Kin(
        "VSCodium Insiders",
        "VSCodium - Insiders",
        ("codium-insiders", "VSCodium - Insiders"),
        "VSCodium - Insiders",
    ),
)


def look(place: Place, running: list[Process]) -> list[Finding]:
    """Copilot in every editor of the family that there is a sign of."""
    found = [finding for kin in KIN for finding in _editor(place, kin, running)]
    found += _code_server(place, running) + _remote(place)
    return found or [absent(KIN[0].tool, "There is no sign of VS Code, VSCodium or code-server.")]


def workspace(place: Place) -> Path:
    """The settings of the project, which win over the user's."""
    return place.project / ".vscode" / "settings.json"


def users(place: Place, kin: Kin) -> Iterable[Path]:
    """The folders in which an editor keeps what belongs to the user."""
    portable = place.environment.get("VSCODE_PORTABLE", "")
    yield place.settings / kin.folder / "User"
    if portable:
        yield Path(portable) / "user-data" / "User"
    if place.system == "linux" and kin.flatpak:
        yield place.home / ".var" / "app" / kin.flatpak / "config" / kin.folder / "User"


def alive(kin: Kin, running: Iterable[Process]) -> list[Process]:
    """An editor's main processes; its helpers have a type."""
    return [
        process
        for process in running
        if (process.name in kin.names or process.app == kin.app) and not process.option("--type")
    ]


def _editor(place: Place, kin: Kin, running: list[Process]) -> list[Finding]:
    main = alive(kin, running)
    usual = [process for process in main if not process.option("--user-data-dir")]
    standard = [user for user in users(place, kin) if user.is_dir()]
    if usual and not standard:
        standard = [place.settings / kin.folder / "User"]
    own = [process for process in main if process not in usual]
    return [
        *(_user(place, kin.tool, user, usual) for user in standard),
        *(_isolated(place, kin, data, own) for data in _data(own)),
    ]


def _data(own: list[Process]) -> list[str]:
    """The folders that editors were started with as theirs, each once."""
    return list(dict.fromkeys(process.option("--user-data-dir") for process in own))


def _isolated(place: Place, kin: Kin, data: str, own: list[Process]) -> Finding:
    """An editor that runs with data of its own."""
    main = [process for process in own if process.option("--user-data-dir") == data]
    tool = f"{kin.tool} with data in {place.shown(Path(data))}"
    if Path(data).is_absolute() and Path(data).is_dir():
        return _user(place, tool, Path(data) / "User", main)
    says = f"It is running ({processes.told(main)}), and its settings were not found."
    return Finding(tool, UNKNOWN, says, _change(place))


def _user(place: Place, tool: str, user: Path, main: list[Process]) -> Finding:
    """One editor with one folder of user settings."""
    try:
        shared = reading.settings(workspace(place)) or {}
        own = reading.settings(user / "settings.json") or {}
        profiles = {} if _holds_everywhere(own) else _profiles(user)
    except Unreadable as error:
        return place.unreadable(tool, error)
    seen = f" It is running: {processes.told(main)}." if main else " It was not seen running."
    if SWITCH in shared:
        return _decided(place, tool, shared[SWITCH], workspace(place), seen)
    for path, values in profiles.items():
        if own.get(SWITCH) is True and values.get(SWITCH) is not True:
            says = f"{_sets(place, user / 'settings.json', True)}, but its profile in "
            says += f"{place.shown(path)} does not, and which is in use cannot be told.{seen}"
            return Finding(tool, UNKNOWN, says, _change(place))
    if SWITCH in own:
        return _decided(place, tool, own[SWITCH], user / "settings.json", seen)
    return _by_default(place, tool, user / "settings.json", seen)


def _holds_everywhere(own: dict[str, Any]) -> bool:
    """Whether the user's settings say that the switch is the same in all profiles."""
    everywhere = own.get(_FOR_ALL_PROFILES)
    return isinstance(everywhere, list) and SWITCH in everywhere


def _profiles(user: Path) -> dict[Path, dict[str, Any]]:
    """The settings of each further profile, by file."""
    folders = [folder for folder in reading.folders(user, "profiles/*") if folder.is_dir()]
    return {
        folder / "settings.json": reading.settings(folder / "settings.json") or {}
        for folder in folders
    }


def _decided(place: Place, tool: str, value: object, path: Path, seen: str) -> Finding:
    """A file sets the switch."""
    says = f"{_sets(place, path, value)}.{seen}"
    if value is True:
        return Finding(tool, OFF, says)
    return Finding(tool, ON, says, _change(place))


def _by_default(place: Place, tool: str, path: Path, seen: str) -> Finding:
    """No file sets the switch."""
    says = f"Neither {place.shown(workspace(place))} nor {place.shown(path)} sets `{SWITCH}`"
    if tool.startswith("VSCodium"):  # VSCodium pull request #2327
        says = f"{says}, and only recent releases of VSCodium hide chat by themselves.{seen}"
        return Finding(tool, UNKNOWN, says, _change(place))
    return Finding(tool, ON, f"{says}, so Copilot is as it comes, on.{seen}", _change(place))


def _sets(place: Place, path: Path, value: object) -> str:
    return f"{place.shown(path)} sets `{SWITCH}` to {json.dumps(value)}"


def _change(place: Place) -> str:
    return f'In {place.shown(workspace(place))} set `"{SWITCH}": true`.'


def _code_server(place: Place, running: list[Process]) -> list[Finding]:
    """code-server, which has been seen to ignore the switch (coder/code-server #7540)."""
    tool, data = "code-server", place.xdg_data / "code-server"
    main = processes.of(running, (tool,))
    if not main and not data.is_dir():
        return []
    found = _user(place, tool, data / "User", main)
    if found.state != OFF:
        return [found]
    says = f"{found.evidence} But code-server has been seen to ignore that setting."
    return [Finding(tool, UNKNOWN, says, "Look whether its window shows a chat panel.")]


def _remote(place: Place) -> list[Finding]:
    """The half of VS Code that runs here for a window on another machine."""
    servers = [place.home / name for name in (".vscode-server", ".vscode-server-insiders")]
    here = [server for server in servers if server.is_dir()]
    if not here:
        return []
    tool = "VS Code from another machine"
    try:
        shared = reading.settings(workspace(place)) or {}
    except Unreadable as error:
        return [place.unreadable(tool, error)]
    if SWITCH in shared:
        return [_decided(place, tool, shared[SWITCH], workspace(place), "")]
    says = f"{place.shown(here[0])} is there; the user's settings are on the other machine"
    return [Finding(tool, UNKNOWN, f"{says}, and the project's do not decide.", _change(place))]
