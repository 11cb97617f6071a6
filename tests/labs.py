"""Running `drill notebook` for tests: in an environment with JupyterLab extensions of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.coach.doctor.labextensions import INLINE_COMPLETER

ROOT = Path(__file__).parents[1]
#: An extension that everyone knows for AI, and one that nobody knows.
AI, STRANGE = "@jupyter-ai/core", "mystery-helper"
PATIENCE = 120  # seconds for a start on a busy machine

# What webpack makes of an extension, in short: one plugin that leaves its package's name on the
# window. Its id need not begin with that name, and does not.
_CONTAINER = """\
(window._JUPYTERLAB = window._JUPYTERLAB || {})[%(name)s] = {
  init: () => {},
  get: () => Promise.resolve(() => ({
    __esModule: true,
    default: {
      id: "helpers:" + %(name)s,
      autoStart: true,
      activate: () => { (window.activated = window.activated || []).push(%(name)s); },
    },
  })),
};
"""


def environment(folder: Path) -> Path:
    """A virtual environment with all that this one has, and two more extensions; its Python.

    Its own settings switch inline completion on, and Jupyter AI's server extension, too: an
    environment may do so, and ours must win.
    """
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if path.endswith("site-packages")]
    rows = [f"import site; site.addsitedir({path!r})\n" for path in here]
    (site / "everything.pth").write_text("".join(rows))
    share = folder / "share" / "jupyter"
    share.mkdir(parents=True)
    (share / "lab").symlink_to(Path(sys.prefix, "share", "jupyter", "lab"))
    for name in (AI, STRANGE):
        _extension(share / "labextensions" / name, name)
    settings = folder / "etc" / "jupyter"
    page = {"disabledExtensions": {INLINE_COMPLETER: False}}
    _write(settings / "labconfig" / "page_config.json", page)
    server = {"ServerApp": {"jpserver_extensions": {"jupyter_ai": True}}}
    _write(settings / "jupyter_server_config.d" / "jupyter_ai.json", server)
    return folder / "bin" / "python"


def _extension(folder: Path, name: str) -> None:
    build = {"load": "static/remoteEntry.js", "extension": "./extension"}
    package = {"name": name, "version": "1.0.0", "jupyterlab": {"_build": build}}
    _write(folder / "package.json", package)
    (folder / "static").mkdir()
    (folder / "static" / "remoteEntry.js").write_text(_CONTAINER % {"name": json.dumps(name)})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@dataclass(frozen=True)
class Running:
    """The command, once it has said all that it says at the start."""

    process: subprocess.Popen[str]
    told: str

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/\S+", self.told)
        assert found, self.told
        return found[0]

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; the exit status, and what is said at the end."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


@contextlib.contextmanager
def running(
    folder: Path, *words: str, python: Path | str = sys.executable, **variables: str
) -> Iterator[Running]:
    """`drill notebook WORDS` in a practice folder, with more variables; ends with the block.

    It opens no browser unless there is a variable BROWSER.
    """
    words = words if "BROWSER" in variables else (*words, "--no-browser")
    process = subprocess.Popen(
        [python, "-m", "grader", "notebook", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    assert process.stdout
    told = ""
    try:
        for row in process.stdout:
            told += row
            if "to end" in row:
                break
        else:
            raise AssertionError(f"it ended with status {process.wait()}: {told}")
        watchdog.cancel()
        yield Running(process, told)
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        process.stdout.close()


def processes(folder: Path) -> set[int]:
    """The processes that have to do with a folder: by their command line, environment or place."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
            place = (path / "cwd").readlink()
            if str(folder).encode() in told or place.is_relative_to(folder):
                found.add(int(path.name))
    return found - {os.getpid()}
