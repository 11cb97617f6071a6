"""Local model servers: Ollama, LM Studio, llama-server.

An open port is a hint only; what settles it is the answer to a question that such a server knows.
8080 is used by so many programs that an open one without that answer is no sign at all. A server
may have been given another port, so its process counts as well.
"""

from __future__ import annotations

import re
from typing import Any

from grader.coach.doctor import processes, web
from grader.coach.doctor.finding import ON, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place, Port
from grader.coach.doctor.processes import Process

_PROCESSES = {
    "Ollama": ("ollama", "Ollama", "ollama app"),
    "LM Studio": ("lm-studio", "LM Studio"),
    "llama-server": ("llama-server",),
}
_QUESTIONS = {
    "Ollama": ("/api/version",),
    "LM Studio": ("/v1/models",),
    "llama-server": ("/v1/models", "/props"),
}
_SHARED_BY_MANY = ("llama-server",)


def ports(place: Place) -> list[Port]:
    """The ports to ask at: the usual ones, and the one that OLLAMA_HOST names."""
    named = re.search(r":(\d{1,5})/?$", place.environment.get("OLLAMA_HOST", ""))
    extra = [Port("Ollama", int(named[1]))] if named and int(named[1]) < 65536 else []
    return list(dict.fromkeys([*place.ports, *extra]))


def look(running: list[Process], port: Port) -> Finding:
    """What is at one port."""
    here = processes.of(running, _PROCESSES[port.tool])
    until = web.deadline()
    asked = (_asked(port, path, until) for path in _QUESTIONS[port.tool])
    try:
        says = next((says for says in asked if says), "")
    except ConnectionRefusedError:
        return _by_process(port, here) or absent(port.tool, f"Nothing is at port {port.number}.")
    except TimeoutError:
        return _by_process(port, here) or _unsure(port, "but gives no whole answer in time")
    except OSError as error:
        return _by_process(port, here) or _not_reached(port, error)
    if says:
        return Finding(port.tool, ON, f"http://127.0.0.1:{port.number}{says}.", _stop(port))
    if port.tool in _SHARED_BY_MANY:
        other = f"What is at port {port.number} does not answer as a model server does."
        return _by_process(port, here) or absent(port.tool, other)
    return _by_process(port, here) or _unsure(port, f"but not as {port.tool} does")


def _asked(port: Port, path: str, until: float) -> str:
    """What the answer to a question proves, as the end of a sentence; "" where nothing."""
    try:
        found = web.get(port.number, path, until).json()
    except (ValueError, ConnectionResetError, BrokenPipeError):  # it is not HTTP
        return ""
    return f"{path} answers {_telling(path, found)}" if _telling(path, found) else ""


def _telling(path: str, found: Any) -> str:
    """What is particular in an answer; "" where it could be anyone's."""
    if not isinstance(found, dict):
        return ""
    if path == "/api/version" and isinstance(found.get("version"), str):
        return f"with version {found['version'][:20]}"
    if path == "/v1/models" and isinstance(found.get("data"), list):
        return f"with {len(found['data'])} models"
    return (
        "as llama.cpp does" if path == "/props" and "default_generation_settings" in found else ""
    )


def _by_process(port: Port, here: list[Process]) -> Finding | None:
    if not here:
        return None
    says = f"It is running, though port {port.number} does not tell: {processes.told(here)}."
    return Finding(port.tool, ON, says, _stop(port))


def _unsure(port: Port, what: str) -> Finding:
    says = f"Something listens at port {port.number}, {what}."
    return Finding(port.tool, UNKNOWN, says, f"If it is {port.tool}, stop it.")


def _not_reached(port: Port, error: OSError) -> Finding:
    why = error.strerror or type(error).__name__
    says = f"Port {port.number} of this machine cannot be asked: {why}."
    return Finding(port.tool, UNKNOWN, says, f"If {port.tool} is running, stop it.")


def _stop(port: Port) -> str:
    if port.tool == "Ollama":
        return "Quit Ollama, or run `sudo systemctl stop ollama` where it is a service."
    if port.tool == "LM Studio":
        return "Quit LM Studio, or run `lms server stop`."
    return f"Stop the server at port {port.number} in its own terminal."
