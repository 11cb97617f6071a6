"""AI extensions for VS Code that are not Copilot.

An extension that is installed is not thereby on: whether it is enabled in this folder stands in a
database of the editor's. So nothing here is ever more than unknown.
"""

from __future__ import annotations

import re
from pathlib import Path

from grader.coach.doctor import reading, vscode
from grader.coach.doctor.finding import UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

TOOL = "AI extensions of VS Code"
GHOST_TEXT = "editor.inlineSuggest.enabled"

#: By the name of the folder, which is publisher.name-version.
KNOWN = {
    "amazonwebservices.amazon-q-vscode": "Amazon Q",
    "anthropic.claude-code": "Claude Code",
    "augment.vscode-augment": "Augment",
    "codeium.codeium": "Windsurf (Codeium)",
    "codeium.windsurfpyright": "Windsurf (Codeium)",
    "codium.codium": "Qodo",
    "continue.continue": "Continue",
    "ggml-org.llama-vscode": "llama.vscode",
    "google.gemini-cli-vscode-ide-companion": "Gemini CLI companion",
    "google.geminicodeassist": "Gemini Code Assist",
    "huggingface.huggingface-vscode": "llm-vscode",
    "kilocode.kilo-code": "Kilo Code",
    "openai.chatgpt": "Codex (ChatGPT)",
    "rooveterinaryinc.roo-cline": "Roo Code",
    "saoudrizwan.claude-dev": "Cline",
    "sourcegraph.cody-ai": "Cody",
    "sst-dev.opencode": "opencode",
    "supermaven.supermaven": "Supermaven",
    "tabnine.tabnine-vscode": "Tabnine",
    "visualstudioexptteam.vscodeintellicode": "IntelliCode",
}

_HOMES = (
    ".vscode",
    ".vscode-insiders",
    ".vscode-oss",
    ".vscode-oss-insiders",
    ".vscodium-insiders",
    ".vscode-server",
    ".vscode-server-insiders",
)
_VERSION = re.compile(r"-\d+\.\d+\.\d+.*$")


def look(place: Place, running: list[Process]) -> list[Finding]:
    """One finding for each extension, wherever it is installed."""
    try:
        ghost = _ghost_text(place)
        found = [item for folder in _folders(place, running) for item in _installed(folder)]
    except Unreadable as error:
        return [place.unreadable(TOOL, error)]
    once = dict(reversed(found))  # the first place of each
    if not once:
        return [absent(TOOL, "No known one is installed.")]
    return [_finding(place, name, once[name], ghost) for name in sorted(once)]


def _folders(place: Place, running: list[Process]) -> list[Path]:
    own = [place.home / name / "extensions" for name in _HOMES]
    own.append(place.xdg_data / "code-server" / "extensions")
    main = [process for kin in vscode.KIN for process in vscode.alive(kin, running)]
    named = (Path(process.option("--extensions-dir") or "") for process in main)
    return own + [folder for folder in named if folder.is_absolute()]


def _installed(folder: Path) -> list[tuple[str, Path]]:
    """Names and folders of the AI extensions in a folder, without those that are uninstalled."""
    here = reading.names(folder)
    # A folder stays until the editor starts again; till then this file lists it.
    gone = reading.settings(folder / ".obsolete") or {} if ".obsolete" in here else {}
    ids = ((_VERSION.sub("", name).lower(), folder / name) for name in here if name not in gone)
    return [(KNOWN[id], path) for id, path in ids if id in KNOWN]


def _ghost_text(place: Place) -> bool:
    """Whether the project's settings switch suggestions in the text off, whoever makes them."""
    return (reading.settings(vscode.workspace(place)) or {}).get(GHOST_TEXT) is False


def _finding(place: Place, name: str, path: Path, ghost: bool) -> Finding:
    says = f"{place.shown(path)} is installed; whether it is enabled here cannot be told."
    change = f"Disable {name} for this workspace, or start with `code --disable-extensions`."
    if ghost:
        says += f" {place.shown(vscode.workspace(place))} switches its suggestions in the text off."
    else:
        setting = f'`"{GHOST_TEXT}": false` in {place.shown(vscode.workspace(place))}'
        change += f" Against suggestions in the text: {setting}."
    return Finding(f"{name} in VS Code", UNKNOWN, says, change)
