"""A running JupyterLab: its process, what it says of itself, and its end.

The server is a child with a pipe as its input. When the pipe closes, it shuts down its kernels and
ends: on Ctrl-C we close it, and whatever else becomes of us, the system does.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.notebook import labconfig
from grader.notebook.extensions import Report, report, without_ai

ROOT = Path(__file__).resolve().parents[2]
LOG = "server.log"
_CODE = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.notebook.lab import serve; serve()"
)
_PAGE = re.compile(rb"<script[^>]*\bid=[\"']?jupyter-config-data\b[^>]*>(.*?)</script>", re.DOTALL)
_LOGGED = re.compile(r"^\[.*?\] *")

PATIENCE = 90.0  # seconds that a start may take: the first one reads many files
_TO_STOP = 20.0  # seconds for kernels and server to end by themselves; a busy kernel takes some 10


class LabFailed(Exception):
    """JupyterLab could not be started or asked; the message says why."""


@dataclass(frozen=True)
class Address:
    """Where a server is reached, and the word that lets one in."""

    port: int
    token: str

    def url(self, path: str) -> str:
        """The address of a notebook in the browser."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{path}?token={self.token}"


class Lab:
    """A JupyterLab that ends with the block in which it is used.

    home: the folder of its settings. folder: the notebooks that it shows. page: the one to open,
    as a path below `folder`. port: None for the first free one from 8888 on.
    """

    def __init__(
        self, home: Path, folder: Path, page: str, port: int | None, browser: bool
    ) -> None:
        self.home = home
        self._began = time.time()
        self._process = _started(home, _options(folder, page, port, browser))

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ready(self) -> Address:
        """Wait until it answers; raises LabFailed where it ends, or takes too long."""
        end = time.monotonic() + PATIENCE
        runtime = self.home / labconfig.RUNTIME / f"jpserver-{self._told_pid()}.json"
        while time.monotonic() < end:
            address = self._address(runtime)
            if address:
                return address
            if not self.is_running:
                raise LabFailed(f"it ended while it was starting: {self._last_words()}")
            time.sleep(0.05)
        raise LabFailed(f"it does not answer after {PATIENCE:.0f} seconds: {self._last_words()}")

    def report(self, address: Address) -> Report:
        """What the running server says of its extensions; raises LabFailed where it does not."""
        try:
            return report(_page(address))
        except (OSError, ValueError, KeyError) as error:
            raise LabFailed(f"it does not show its page: {error}") from None

    def wait(self) -> None:
        """Wait until it has ended, such as from its own File menu; raises LabFailed if it broke."""
        while self.is_running:  # in steps: on Windows a wait hears no Ctrl-C
            time.sleep(0.2)
        if status := self._process.returncode:
            raise LabFailed(f"it ended with status {status}: {self._last_words()}")

    def stop(self) -> None:
        """End the server and its kernels; does nothing where they have ended."""
        process = self._process
        assert process.stdin
        assert process.stdout
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()  # kernels end when they see that it is gone
            process.wait()

    def _told_pid(self) -> str:
        """The server's number, which it says first; "" where it ended before.

        On Windows our child is not the server: `python.exe` of an environment starts another.
        """
        assert self._process.stdout
        rows = (row.decode().strip() for row in self._process.stdout)
        return next((row for row in rows if row.isdigit()), "")

    def _address(self, path: Path) -> Address | None:
        """From the file that this server leaves; None before it listens."""
        try:
            if path.stat().st_mtime < self._began - 2:
                return None
            found = json.loads(path.read_text(encoding="utf-8"))
            socket.create_connection(("127.0.0.1", found["port"]), timeout=5).close()
        except (OSError, ValueError):  # not there, half written, or not listening yet
            return None
        return Address(found["port"], found["token"])

    def _last_words(self) -> str:
        """The last thing that it said, without the time."""
        text = (self.home / LOG).read_text(encoding="utf-8", errors="replace")
        said = [_LOGGED.sub("", row).strip() for row in text.split("\n")]
        return next((row for row in reversed(said) if row), "it said nothing").rstrip(".")


def serve() -> None:
    """What the child does: write the settings, then be JupyterLab until its input ends."""
    home, *options = sys.argv[1:]
    threading.Thread(target=_end_with_input, daemon=True).start()
    print(os.getpid(), flush=True)
    os.dup2(2, 1)  # all the rest is for the log
    from jupyterlab.labapp import LabApp

    labconfig.lay(Path(home), *_installed())
    server = LabApp.initialize_server(argv=options)
    server.web_app.settings["page_config_hook"] = lambda _, page: without_ai(page)
    server.start()


def _installed() -> tuple[list[str], list[str]]:
    """The names of JupyterLab's installed extensions, and of its server's."""
    from jupyter_core.paths import jupyter_config_path, jupyter_path
    from jupyter_server.extension.config import ExtensionConfigManager
    from jupyterlab_server.config import get_federated_extensions

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    modules = manager.get_jpserver_extensions()
    return list(get_federated_extensions(jupyter_path("labextensions"))), list(modules)


def _end_with_input() -> None:
    """Wait for the end of the input, then end as on a signal to terminate; at last, anyhow."""
    while os.read(0, 1024):
        pass
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGTERM)
    else:  # to kill would be to end at once there
        signal.raise_signal(signal.SIGTERM)
    time.sleep(_TO_STOP)
    os._exit(1)


def _options(folder: Path, page: str, port: int | None, browser: bool) -> list[str]:
    some = [] if port is None else [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{page}",
        f"--ServerApp.open_browser={browser}",
        *some,
    ]


def _started(home: Path, options: list[str]) -> subprocess.Popen[bytes]:
    """The child, apart from our terminal: Ctrl-C there is for us, who then end it in order."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)  # the log names the token
    new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with (home / LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, str(home), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=home,  # Jupyter also reads settings in its folder
            env=labconfig.environment(home),
            start_new_session=os.name == "posix",
            creationflags=new_group,
        )


def _page(address: Address) -> dict[str, Any]:
    """The settings in the page of a server; raises OSError and ValueError."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{address.port}/lab", headers={"Authorization": f"token {address.token}"}
    )
    # This machine is asked, whatever proxies there are for others.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=PATIENCE) as answer:
        found = _PAGE.search(answer.read())
    if found is None:
        raise ValueError("it holds no settings")
    config: dict[str, Any] = json.loads(found[1])
    return config
