"""JupyterLab: each running server is asked for the page that it serves.

Files say what could be; the page says what is: which prebuilt extensions a browser gets, and which
of all are disabled. Servers are found by the files that they leave in Jupyter's runtime folder;
those of `drill notebook`, in the practice folder's.
An extension that nobody here knows is reported as unknown, never passed over.
Source: jupyter_core (folders), jupyter_server (runtime files), JupyterLab's page config.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.coach.doctor import processes, reading, web
from grader.coach.doctor.finding import OFF, ON, UNKNOWN, Finding, absent
from grader.coach.doctor.labextensions import HARMLESS, INLINE_COMPLETER, is_ai
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process

TOOL = "JupyterLab"
#: Where the servers of `drill notebook` leave their files, in a practice folder.
OURS = Path(".drill", "jupyter", "runtime")

_FILE = re.compile(r"(?:jpserver|nbserver)-\d+\.json")
_PROCESSES = ("jupyter-lab", "jupyter-notebook", "jupyter-server", "jupyterlab", "jupyterhub")
_PAGE = re.compile(rb"<script[^>]*\bid=[\"']?jupyter-config-data\b[^>]*>(.*?)</script>", re.DOTALL)
_PRINTABLE = re.compile(r"[!-~]*")


@dataclass(frozen=True)
class Server:
    """A running server, as its runtime file tells it."""

    pid: int
    port: int
    base: str
    token: str
    secure: bool

    @property
    def tool(self) -> str:
        return f"{TOOL} at port {self.port}"


def runtime(place: Place) -> Path:
    """The folder in which running servers usually leave their files."""
    if place.system == "darwin":
        usual = place.home / "Library" / "Jupyter"
    elif place.system == "win32":
        usual = place.settings / "jupyter"
    else:
        usual = place.xdg_data / "jupyter"
    return place.named("JUPYTER_RUNTIME_DIR", place.named("JUPYTER_DATA_DIR", usual) / "runtime")


def servers(place: Place, running: list[Process], sure: bool) -> list[Server]:
    """The servers that run; files of those that have ended stay behind, and do not count.

    sure: whether `running` is every program; if not, any server may still run. Raises Unreadable
    where a file cannot be read.
    """
    folders = dict.fromkeys((runtime(place), place.project / OURS))
    paths = [folder / name for folder in folders for name in reading.names(folder)]
    found = [_server(path) for path in paths if _FILE.fullmatch(path.name)]
    alive = {process.pid for process in running}
    return [server for server in found if server.pid in alive or not sure]


def unaccounted(place: Place, running: list[Process], known: list[Server]) -> Finding | None:
    """Servers that run with a runtime folder elsewhere, or None where no server runs at all."""
    seen = {server.pid for server in known}
    others = [p for p in processes.of(running, _PROCESSES) if p.pid not in seen]
    if others:
        where = place.shown(runtime(place))
        says = f"{processes.told(others)} is running, but has left no file in {where}."
        return Finding(TOOL, UNKNOWN, says, "Look whether its window offers AI.")
    return None if known else absent(TOOL, "No server is running.")


def unasked(rest: list[Server]) -> Finding | None:
    """Those that are too many to be asked."""
    if not rest:
        return None
    says = f"{len(rest)} more servers are running, and were not asked."
    return Finding(TOOL, UNKNOWN, says, "Stop the servers that you do not need.")


def look(server: Server) -> Finding:
    """Ask one server."""
    try:
        config = _config(server)
    except (OSError, ValueError, RecursionError) as error:
        says = f"The server (pid {server.pid}) does not show its page: {error}."
        return Finding(server.tool, UNKNOWN, says, "Look whether its window offers AI.")
    disabled = _texts(config.get("disabledExtensions"))
    extensions = config.get("federated_extensions")
    offered = [e.get("name") for e in extensions or () if isinstance(e, dict)]
    if not isinstance(extensions, list) or not all(isinstance(name, str) for name in offered):
        return Finding(server.tool, UNKNOWN, "Its page does not say which extensions it has.")
    return _judged(server, [str(name) for name in offered], disabled)


def _judged(server: Server, offered: list[str], disabled: set[str]) -> Finding:
    """offered: the prebuilt extensions. disabled: extensions, and plugins of extensions."""
    left = [name for name in offered if name not in disabled]
    ai = [name for name in left if is_ai(name)]
    off = [name for name in offered if name in disabled and is_ai(name)]
    off += [INLINE_COMPLETER] if INLINE_COMPLETER in disabled else []
    if ai:
        change = "; ".join(f"jupyter labextension disable {name}" for name in ai)
        says = f"Its page loads {', '.join(ai)}."
        return Finding(server.tool, ON, says, f"Run `{change}`, then load the page again.")
    strange = [name for name in left if name not in HARMLESS]
    if strange:
        says = f"Its page loads {', '.join(strange)}; whether that is AI is not known here."
        change = "If one is, run `jupyter labextension disable NAME` and load the page again."
        return Finding(server.tool, UNKNOWN, says, change)
    if off:
        return Finding(server.tool, OFF, f"Its page has {', '.join(off)} disabled.")
    return absent(server.tool, "Its page loads no AI extension.")


def _server(path: Path) -> Server:
    """A runtime file; raises Unreadable where it is none."""
    found = reading.settings(path) or {}
    pid, port = found.get("pid"), found.get("port")
    base, token = found.get("base_url", "/"), found.get("token", "")
    if type(pid) is not int or type(port) is not int or not 0 <= port < 65536:
        raise reading.Unreadable(path, "it names no process and port")
    for text in (base, token):  # they go into a request as they are
        if not isinstance(text, str) or not _PRINTABLE.fullmatch(text):
            raise reading.Unreadable(path, "its address or token is no plain text")
    return Server(pid, port, base, token, found.get("secure") is True)


def _config(server: Server) -> dict[str, Any]:
    """What the page of a server tells the browser; raises OSError and ValueError."""
    if server.secure:
        raise ValueError("it speaks HTTPS, which is not asked here")
    if not server.port:
        raise ValueError("it listens at no port")
    headers = {"Authorization": f"token {server.token}"} if server.token else {}
    answer = web.get(server.port, f"{server.base.rstrip('/')}/lab", web.deadline(), headers)
    found = _PAGE.search(answer.body)
    if answer.status != 200 or found is None:
        raise ValueError(f"it answers with status {answer.status}, and no page of JupyterLab")
    config = json.loads(found[1])
    if not isinstance(config, dict):
        raise ValueError("its page has no settings")
    return config


def _texts(value: Any) -> set[str]:
    """What is disabled: JupyterLab's page has a list, its files have an object of flags."""
    if isinstance(value, dict):
        return {name for name, flag in value.items() if flag is True}
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()
