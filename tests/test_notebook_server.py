"""`drill notebook` with a real JupyterLab: what it says, whose settings it has, what is left."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.coach.doctor import Finding, Place, examine
from grader.coach.doctor.labextensions import AI, INLINE, INLINE_COMPLETER
from grader.judge import catalogue
from grader.notebook.lab import Lab, LabFailed
from grader.views.workspace import Workspace
from tests import labs

ID = "attention/causal"
CARD = catalogue.find(ID)

pytestmark = [
    pytest.mark.xdist_group("lab"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked for in /proc"),
]


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Seen:
    """What one run showed, from its start to its end."""

    python: Path
    practice: Path
    told: str
    page: dict[str, Any]
    kernels: dict[str, Any]
    enabled: str
    doctor: list[Finding]
    alive: set[int]
    status: int
    rest: str
    left: set[int]
    home: tuple[dict[str, bytes], dict[str, bytes]]


def ask(url: str, path: str, send: bytes | None = None) -> bytes:
    base, token = url.split("/lab/tree/")[0], url.split("token=")[1]
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(f"{base}{path}", data=send, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which someone has Jupyter settings that switch AI on."""
    folder = tmp_path_factory.mktemp("home")
    for name, content in {
        ".jupyter/labconfig/page_config.json": {"disabledExtensions": {INLINE_COMPLETER: False}},
        ".jupyter/jupyter_server_config.json": {"ServerApp": {"port": 7999}},
        ".jupyter/lab/user-settings/@jupyterlab/completer-extension/inline-completer.jupyterlab-"
        "settings": {"providers": {}},
        ".local/share/jupyter/kernels/python3/kernel.json": {"argv": ["/bin/false"]},
        ".ipython/profile_default/startup/00-mine.json": {},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Iterator[Seen]:
    practice = tmp_path_factory.mktemp("practice")
    Workspace(practice).lay(CARD)
    python = labs.environment(tmp_path_factory.mktemp("environment"))
    before = everything(home)
    with labs.running(practice, ID, python=python, HOME=str(home)) as lab:
        text = ask(lab.url, "/lab").decode()
        config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.DOTALL)
        assert config
        kernels = json.loads(ask(lab.url, "/api/kernelspecs"))
        enabled = refused(lab.url, INLINE_COMPLETER)
        doctor = examine(Place.here(practice))
        ask(lab.url, "/api/kernels", b'{"name": "python3"}')
        alive = waited(lambda: len(labs.processes(practice)) >= 3, practice)
        status, rest = lab.interrupt()
        left = labs.processes(practice)
    yield Seen(
        python,
        practice,
        lab.told,
        json.loads(config[1]),
        kernels,
        enabled,
        doctor,
        alive,
        status,
        rest,
        left,
        (before, everything(home)),
    )


def refused(url: str, plugin: str) -> str:
    """What a server answers to the wish of the plugin manager to enable a plugin."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(url, "/lab/api/plugins", json.dumps({"cmd": "enable", "plugin_name": plugin}).encode())
    with caught.value as answer:
        return answer.read().decode()


def waited(holds: Any, folder: Path, seconds: float = 20) -> set[int]:
    """The processes of a folder, once something holds or some time has passed."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return labs.processes(folder)


def test_the_running_server_is_asked_and_told_of(seen: Seen) -> None:
    told = " ".join(seen.told.split())
    assert "off by setting inline completion, and 33 AI extensions by name" in told
    assert f"of these {labs.AI} would be here" in told
    assert f"unknown the extension {labs.STRANGE}; what your browser" in told
    assert "still on" not in told
    assert "jupyterlab_pygments" not in told


def test_the_page_has_inline_completion_and_ai_disabled_and_locked(seen: Seen) -> None:
    # The environment's settings and the home folder's have inline completion on.
    names = {*INLINE, *AI}
    assert names <= set(seen.page["disabledExtensions"])
    assert names <= set(seen.page["lockedExtensions"])
    assert "lock" in seen.enabled
    assert labs.STRANGE not in seen.page["disabledExtensions"]


def test_no_ai_is_handed_to_the_browser_whatever_its_plugins_are_called(seen: Seen) -> None:
    offered = [each["name"] for each in seen.page["federated_extensions"]]
    assert labs.STRANGE in offered
    assert labs.AI not in offered


def test_the_doctor_finds_this_server_too(seen: Seen) -> None:
    port = re.search(r":(\d+)/lab/tree/", seen.told)
    assert port
    (found,) = (each for each in seen.doctor if each.tool == f"JupyterLab at port {port[1]}")
    assert f"Its page loads {labs.STRANGE}; whether that is AI is not known" in found.evidence


def test_the_server_has_none_of_it_either(seen: Seen) -> None:
    log = (seen.practice / ".drill" / "jupyter" / "server.log").read_text()
    assert "jupyterlab | extension was successfully loaded" in log
    assert "jupyter_ai" not in log
    assert "Extension Manager is 'readonly'" in log


def test_the_kernel_is_this_python_and_there_is_no_other(seen: Seen) -> None:
    assert list(seen.kernels["kernelspecs"]) == ["python3"]
    assert seen.kernels["kernelspecs"]["python3"]["spec"]["argv"][0] == str(seen.python)


def test_ctrl_c_ends_the_server_and_its_kernels(seen: Seen) -> None:
    assert len(seen.alive) >= 3  # the command, the server and a kernel
    assert seen.status == 0
    assert "your notebooks are in notebooks" in " ".join(seen.rest.split())
    assert seen.left == set()


def test_the_learners_own_settings_are_as_they_were(seen: Seen) -> None:
    before, after = seen.home
    assert before
    assert after == before


def test_nobody_else_reads_the_token(seen: Seen) -> None:
    assert (seen.practice / ".drill" / "jupyter").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_however_the_command_ends_nothing_is_left(tmp_path: Path, by: int) -> None:
    Workspace(tmp_path).lay(CARD)
    with labs.running(tmp_path, ID) as lab:
        ask(lab.url, "/api/kernels", b'{"name": "python3"}')
        alive = waited(lambda: len(labs.processes(tmp_path)) >= 3, tmp_path)
        assert len(alive) >= 3
        lab.process.send_signal(by)
        lab.process.wait(30)
        assert waited(lambda: not labs.processes(tmp_path), tmp_path) == set()


def test_the_browser_is_opened_there_and_a_server_that_ends_ends_the_command(
    tmp_path: Path,
) -> None:
    Workspace(tmp_path).lay(CARD)
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    with labs.running(tmp_path, ID, BROWSER=f"{browser} %s") as lab:
        end = time.monotonic() + 20
        while not (opened.exists() and opened.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
        # The address has the token in it, and who runs what is seen by all: so it is in a file.
        address = opened.read_text().strip()
        assert "token" not in address
        page = Path(address.removeprefix("file://")).read_text()
        assert lab.url.split("http://127.0.0.1:")[1].split("?")[0].split("/", 1)[1] in page
        ask(lab.url, "/api/shutdown", b"")
        assert lab.process.stdout
        assert "JupyterLab has ended" in lab.process.stdout.read()
        assert lab.process.wait(30) == 0
    assert labs.processes(tmp_path) == set()


def test_a_python_that_starts_another_one_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `python.exe` of an environment on Windows does: the server is our child's child."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n"{sys.executable}" "$@"\nexit $?\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    with Lab(tmp_path / "jupyter", notebooks, "", None, browser=False) as lab:
        assert lab.report(lab.ready()).inline
    assert waited(lambda: not labs.processes(tmp_path), tmp_path) == set()


def test_a_server_that_breaks_while_it_runs_is_told(tmp_path: Path) -> None:
    with Lab(tmp_path, tmp_path, "", None, browser=False) as lab:
        lab.ready()
        (runtime,) = (tmp_path / "runtime").glob("jpserver-*.json")
        os.kill(json.loads(runtime.read_text())["pid"], signal.SIGKILL)
        with pytest.raises(LabFailed, match="it ended with status -9: "):
            lab.wait()
