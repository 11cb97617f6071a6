"""A home folder, a project, programs and servers of a test's own, for the doctor to look at."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from grader.coach.doctor import Finding, Place, Port, examine
from grader.coach.doctor.processes import Process, running

SHELL = "/bin/sh"


@dataclass
class Home:
    """What the doctor is shown. Only the programs that `start` has started are seen."""

    root: Path
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)
    also: list[int] = field(default_factory=list)  # numbers of other processes to be seen
    ports: tuple[Port, ...] = ()
    system: str = "linux"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def place(self) -> Place:
        home, project = self.home, self.project
        return Place(home, self.system, self.environment, project, self.seen, self.ports)

    def seen(self) -> list[Process]:
        """The real list, cut down to this test's."""
        ours = {program.pid for program in self.programs} | set(self.also)
        return [process for process in running(sys.platform) if process.pid in ours]

    def write(self, path: str, content: object = "") -> Path:
        """A file in the home folder, or with `./` in the project; objects become JSON."""
        root = self.project if path.startswith("./") else self.home
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    def start(self, name: str, *words: str) -> int:
        """A process whose argv begins with an absolute path that ends in `name`; its number.

        It is a shell under that name, which waits. Words that are given follow its own.
        """
        program = self.root / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        if not program.is_symlink():
            program.symlink_to(SHELL)
        return self._run([str(program), "-c", "read _", *words])

    def start_script(self, interpreter: str, script: str) -> int:
        """A process of an interpreter that runs a script; both are looked at by name only."""
        file = self.root / script
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("read _\n")
        program = self.root / "bin" / interpreter
        program.parent.mkdir(parents=True, exist_ok=True)
        program.symlink_to(SHELL)
        return self._run([str(program), str(file)])

    def _run(self, command: list[str]) -> int:
        program = subprocess.Popen(command, stdin=subprocess.PIPE)
        self.programs.append(program)
        # For a moment after its start a process has no words yet.
        wanted = Process(program.pid, tuple(command))
        until = time.monotonic() + 10
        while wanted not in self.seen() and time.monotonic() < until:
            time.sleep(0.002)
        return program.pid

    def stop(self) -> None:
        for program in self.programs:
            program.kill()
            program.communicate()

    def findings(self, **changed: Any) -> list[Finding]:
        return examine(replace(self.place, **changed))

    def find(self, tool: str, **changed: Any) -> Finding:
        """The one finding of a tool."""
        (found,) = [item for item in self.findings(**changed) if item.tool == tool]
        return found

    def state(self, tool: str) -> str:
        return self.find(tool).state


@contextmanager
def a_home(root: Path) -> Iterator[Home]:
    """An empty home and project under `root`; all programs are stopped at the end."""
    home = Home(root)
    home.home.mkdir()
    home.project.mkdir()
    try:
        yield home
    finally:
        home.stop()


Reply = Callable[[str, str], tuple[int, bytes]]  # of the path and the header Authorization


@dataclass
class Server:
    """An HTTP server on a free port of this machine."""

    port: int
    asked: list[str]
    close: Callable[[], None]


def serve(reply: Reply) -> Server:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = reply(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def close() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return Server(server.server_address[1], asked, close)
