"""Everything that the doctor looks at: the machine, the learner's settings, the folder."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from grader.coach.doctor import processes
from grader.coach.doctor.finding import UNKNOWN, Finding
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable


class Port(NamedTuple):
    """A port of this machine on which a local model server may listen.

    tool: one of those that `servers` can recognise.
    """

    tool: str
    number: int


PORTS = (Port("Ollama", 11434), Port("LM Studio", 1234), Port("llama-server", 8080))


@dataclass(frozen=True)
class Place:
    """What is looked at.

    home: the learner's home folder. system: "linux", "darwin" or "win32". environment: the
    environment variables. project: the folder that is worked in. processes: lists the running
    programs, and raises Unreadable where it cannot. ports: where model servers are looked for.
    """

    home: Path
    system: str
    environment: Mapping[str, str]
    project: Path
    processes: Callable[[], list[Process]]
    ports: tuple[Port, ...] = PORTS

    @classmethod
    def here(cls, project: Path) -> Place:
        """This machine, and the user who runs this program."""
        system = sys.platform
        environment = dict(os.environ)
        return cls(
            Path.home(), system, environment, project.absolute(), lambda: processes.running(system)
        )

    @property
    def settings(self) -> Path:
        """The folder in which desktop programs keep a user's settings."""
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        if self.system == "win32":
            return self.named("APPDATA", self.home / "AppData" / "Roaming")
        return self.named("XDG_CONFIG_HOME", self.home / ".config")

    @property
    def xdg_config(self) -> Path:
        """Where programs of Unix tradition keep settings, on macOS too."""
        return self.named("XDG_CONFIG_HOME", self.home / ".config")

    @property
    def xdg_data(self) -> Path:
        """Where programs of Unix tradition keep their data, on macOS too."""
        return self.named("XDG_DATA_HOME", self.home / ".local" / "share")

    def named(self, variable: str, default: Path) -> Path:
        """The folder that an environment variable names, else a default."""
        value = self.environment.get(variable, "")
        return Path(value) if value else default

    def shown(self, path: Path) -> str:
        """A path for people: from the project or from home where it lies there."""
        for root, sign in ((self.project, "."), (self.home, "~")):
            with contextlib.suppress(ValueError):
                return f"{sign}/{path.relative_to(root).as_posix()}"
        return str(path)

    def unreadable(self, tool: str, error: Unreadable) -> Finding:
        """Of a tool whose settings cannot be read nothing is known."""
        path = self.shown(error.path) if isinstance(error.path, Path) else error.path
        evidence = f"{path} cannot be read: {error.why}."
        return Finding(tool, UNKNOWN, evidence, f"Put {path} right, then look again.")
