"""Agents in a terminal, chat programs, and the helpers that completion plugins start."""

from __future__ import annotations

import re

from grader.coach.doctor import processes
from grader.coach.doctor.finding import ON, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process

TOOL = "terminal agents"
AGENTS = {
    "claude": "Claude Code",
    "codex": "Codex",
    "gemini": "Gemini CLI",
    "aider": "aider",
    "cursor-agent": "Cursor agent",
    "goose": "goose",
    "opencode": "opencode",
    "copilot": "Copilot CLI",
}
#: Programs with a window, by their application on macOS and their name on Windows.
CHATS = ("ChatGPT", "Claude", "Codex")
#: Agents by the folder of their package, for a script that has a name such as cli.js.
_PACKAGES = (
    ("@anthropic-ai/claude-code/", "claude"),
    ("@openai/codex/", "codex"),
    ("@google/gemini-cli/", "gemini"),
    ("/opencode-ai/", "opencode"),
    ("@github/copilot/", "copilot"),
    ("/cursor-agent/versions/", "cursor-agent"),
)
#: What the programs are called that serve an editor's plugin, and whose they are.
_SERVERS = (
    (re.compile(r"(?:^|/)copilot-language-server(?:/|$)"), "Copilot's language server"),
    (re.compile(r"(?:^|/)tabnine[^/]*$", re.IGNORECASE), "Tabnine"),
    (re.compile(r"(?:codeium|windsurf).*/language_server_[^/]*$"), "Windsurf's language server"),
    (re.compile(r"(?:^|/)sm-agent$"), "Supermaven"),
)


def look(place: Place, running: list[Process]) -> list[Finding]:
    """Whatever of these runs now."""
    found: dict[str, list[Process]] = {}
    for process in running:
        tool = _chat(place, process) or _agent(process) or _server(process)
        if tool:
            found.setdefault(tool, []).append(process)
    blind = _blind(place, running)
    if not found:
        return blind or [absent(TOOL, "No process of one was seen.")]
    return [_finding(place, tool, some) for tool, some in found.items()] + blind


def _chat(place: Place, process: Process) -> str:
    name = process.name if place.system == "win32" else process.app
    return f"{name} (window)" if name in CHATS else ""


def _agent(process: Process) -> str:
    path = process.program.replace("\\", "/")
    packaged = next((name for folder, name in _PACKAGES if folder in path), "")
    return AGENTS.get(process.name) or AGENTS.get(packaged, "")


def _server(process: Process) -> str:
    path = process.program.replace("\\", "/")
    return next((tool for pattern, tool in _SERVERS if pattern.search(path)), "")


def _finding(place: Place, tool: str, some: list[Process]) -> Finding:
    numbers = [str(process.pid) for process in some]
    command = f"kill {' '.join(numbers)}"
    if place.system == "win32":
        command = f"taskkill /PID {' /PID '.join(numbers)}"
    says = f"It is running: {processes.told(some)}."
    return Finding(tool, ON, says, f"Leave it in its own window, or run `{command}`.")


def _blind(place: Place, running: list[Process]) -> list[Finding]:
    """On Windows the arguments are not told, so an interpreter may run anything."""
    some = [process for process in running if process.is_interpreter and len(process.argv) == 1]
    if place.system != "win32" or not some:
        return []
    says = f"What {processes.told(some)} runs cannot be seen."
    return [Finding(TOOL, UNKNOWN, says, "Leave the agents that you started.")]
