"""Looking at everything: settings one after the other, servers all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from grader.coach.doctor import (
    agents,
    editors,
    extensions,
    jetbrains,
    jupyter,
    servers,
    terminals,
    vscode,
)
from grader.coach.doctor.finding import ABSENT, UNKNOWN, Finding
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

_BY_PROCESS = (agents.TOOL, jupyter.TOOL)
Look = Callable[[Place, list[Process]], list[Finding]]

#: What files and processes tell, in the order of the report.
LOOKS: tuple[tuple[str, Look], ...] = (
    ("VS Code", vscode.look),
    (extensions.TOOL, extensions.look),
    ("Cursor and Windsurf", editors.made_for_ai),
    ("Zed", editors.zed),
    ("JetBrains IDEs", jetbrains.look),
    ("Vim, Neovim and Emacs", terminals.look),
    (agents.TOOL, agents.look),
)
_PAGES = 16  # Jupyter servers that are asked; all at once, so that none waits for another


def examine(place: Place) -> list[Finding]:
    """Everything that can be told of a place, in less than a second; changes nothing.

    What no program can see (a browser, a phone, a second machine) is always among it.
    """
    running, why_not = _running(place)
    questions, told = _servers(place, running, sure=not why_not)
    with ThreadPoolExecutor(len(questions) or 1) as pool:
        answers = [pool.submit(question) for question in questions]
        found = [item for name, look in LOOKS for item in _guarded(name, look, place, running)]
        found += [answer.result() for answer in answers]
    return [*(_doubted(item, why_not) for item in [*found, *told]), *_unseen(place)]


def _running(place: Place) -> tuple[list[Process], str]:
    """The running programs; none, and why, where they cannot be listed."""
    try:
        return place.processes(), ""
    except Unreadable as error:
        return [], f"{error}."


def _doubted(item: Finding, why_not: str) -> Finding:
    """A finding; where no program could be seen, that none was seen is no evidence."""
    if why_not and item.state == ABSENT and item.tool in _BY_PROCESS:
        return Finding(item.tool, UNKNOWN, why_not, "Leave those that you started.")
    return item


def _guarded(name: str, look: Look, place: Place, running: list[Process]) -> list[Finding]:
    """A look; what it trips over makes its own tools unknown, and no other."""
    try:
        return look(place, running)
    except Unreadable as error:
        return [place.unreadable(name, error)]
    except OSError as error:
        return [Finding(name, UNKNOWN, f"Looking at it failed: {error}.")]


def _servers(
    place: Place, running: list[Process], sure: bool
) -> tuple[Sequence[Callable[[], Finding]], list[Finding]]:
    """The questions to servers on this machine, and what is known of them without asking."""
    ports = [partial(servers.look, running, port) for port in servers.ports(place)]
    try:
        known = jupyter.servers(place, running, sure)
    except Unreadable as error:
        return ports, [place.unreadable(jupyter.TOOL, error)]
    other = [jupyter.unaccounted(place, running, known), jupyter.unasked(known[_PAGES:])]
    pages = [partial(jupyter.look, server) for server in known[:_PAGES]]
    return [*ports, *pages], [finding for finding in other if finding]


def _unseen(place: Place) -> list[Finding]:
    """What cannot be seen by any program."""
    tabs = "Close its chats; in Colab switch on Settings > AI Assistance > Hide generative AI."
    return [
        Finding("browser", UNKNOWN, "What its tabs show cannot be seen from here.", tabs),
        Finding("phone", UNKNOWN, "It cannot be seen from here.", "Put it out of reach."),
        Finding("second machine", UNKNOWN, _elsewhere(place)),
    ]


def _elsewhere(place: Place) -> str:
    """What is known of other machines: whether this is one that is reached from another."""
    if "WSL_DISTRO_NAME" in place.environment:
        return "This is a Linux inside Windows; the programs of Windows cannot be seen from here."
    if "SSH_CONNECTION" in place.environment:
        return "You are logged in from another machine; its programs cannot be seen from here."
    return "It cannot be seen from here."
