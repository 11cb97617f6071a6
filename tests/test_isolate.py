"""Sessions without assistance: what is laid, how editors are started, and seals that were tried."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.coach import isolate, reach
from grader.coach.doctor import OFF, Finding, Place, Process, examine
from grader.coach.isolate import SECCOMP, editor_command, lay, prove, sealed

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="seals of Linux")
NAMES = [".noai", ".vscode/settings.json", ".zed/settings.json", "AGENTS.md", "CLAUDE.md"]


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(files)}


def findings(project: Path, home: Path, *running: Process) -> dict[str, Finding]:
    place = Place(home, "linux", {}, project, lambda: list(running), ())
    return {item.tool: item for item in examine(place)}


# What is laid.


def test_lay_writes_what_keeps_editors_and_agents_out(tmp_path: Path) -> None:
    written = lay(tmp_path / "work")
    assert sorted(tree(tmp_path / "work")) == NAMES
    assert sorted(path.relative_to(tmp_path / "work").as_posix() for path in written) == NAMES
    settings = json.loads((tmp_path / "work/.vscode/settings.json").read_text())
    assert settings["chat.disableAIFeatures"] is True
    assert settings["editor.inlineSuggest.enabled"] is False
    assert json.loads((tmp_path / "work/.zed/settings.json").read_text()) == {"disable_ai": True}
    for name in ("AGENTS.md", "CLAUDE.md"):
        text = (tmp_path / "work" / name).read_text()
        assert "do not write, complete, explain, review or run code" in text


@pytest.mark.parametrize("name", NAMES)
def test_lay_overwrites_nothing_and_lays_the_rest(name: str, tmp_path: Path) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    assert mine not in lay(tmp_path)
    assert mine.read_text() == "mine"
    assert sorted(tree(tmp_path)) == NAMES
    before = tree(tmp_path)
    assert lay(tmp_path) == []
    assert tree(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_lay_does_not_write_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "work").mkdir()
    (tmp_path / "work/AGENTS.md").symlink_to(elsewhere)
    lay(tmp_path / "work")
    assert not elsewhere.exists()


def test_the_doctor_agrees_that_what_is_laid_switches_off(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    for folder in (".config/Code/User", ".config/zed", ".config/JetBrains/PyCharm2026.1"):
        (home / folder).mkdir(parents=True)
    tools = ("VS Code", "Zed", "JetBrains AI Assistant")
    assert OFF not in {findings(work, home)[tool].state for tool in tools}
    lay(work)
    assert [findings(work, home)[tool].state for tool in tools] == [OFF] * 3


# Editors.


@pytest.mark.parametrize(
    ("name", "words"),
    [("vim", ["vim", "--clean"]), ("nvim", ["nvim", "--clean"]), ("emacs", ["emacs", "-Q"])],
)
def test_terminal_editors_start_without_plugins(
    name: str, words: list[str], tmp_path: Path
) -> None:
    assert editor_command(name, tmp_path, Path("a b.py")) == [*words, str(tmp_path / "a b.py")]
    absolute = (tmp_path / "-c.py").absolute()
    assert editor_command(name, Path("elsewhere"), absolute)[-1] == str(absolute)
    assert tree(tmp_path) == {}


def test_an_editor_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'nano'.+vscode, vim, nvim, emacs"):
        editor_command("nano", tmp_path, Path("x.py"))


@pytest.mark.skipif(shutil.which("vim") is None, reason="there is no vim")
def test_vim_so_started_loads_no_plugin(tmp_path: Path) -> None:
    plugin = tmp_path / ".vim/pack/x/start/copilot.vim/plugin/copilot.vim"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("command Copilot echo 1\n")
    environment = {**os.environ, "HOME": str(tmp_path)}

    def copilot(command: list[str]) -> str:
        told = tmp_path / "told"
        asks = f"call writefile([exists(':Copilot')], '{told}')"
        words = [*command, "-es", "--not-a-term", "-c", asks, "-c", "qa!"]
        subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, timeout=30)
        return told.read_text().strip()

    usual = ["vim", "-u", "NORC", "-N", "x.py"]
    assert copilot(usual) == "2"
    assert copilot(editor_command("vim", tmp_path, Path("x.py"))) == "0"


def test_vs_code_is_isolated_within_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin/code"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    work = tmp_path / "work"
    command = editor_command("vscode", work, Path("a.py"))
    data, extensions = work / ".editor/data", work / ".editor/extensions"
    assert command[0] == str(program)
    assert command[1:] == ["--user-data-dir", str(data), "--extensions-dir", str(extensions),
                           "--new-window", str(work), str(work / "a.py")]  # fmt: skip
    assert list(extensions.iterdir()) == []
    assert [path for path in tree(tmp_path) if not path.startswith(("work/.editor/", "bin/"))] == []
    (found,) = [
        item
        for item in findings(work, tmp_path / "home", Process(7, tuple(command))).values()
        if item.tool.startswith("VS Code")
    ]
    assert (found.tool, found.state) == ("VS Code with data in ./.editor/data", OFF)


def test_settings_that_vs_code_has_dropped_are_written_anew(tmp_path: Path) -> None:
    editor_command("vscode", tmp_path, Path("a.py"))
    settings = tmp_path / ".editor/data/User/settings.json"
    first = settings.read_text()
    settings.write_text("{}")
    editor_command("vscode", tmp_path, Path("a.py"))
    assert settings.read_text() == first
    assert [path.name for path in settings.parent.iterdir()] == ["settings.json"]


# Seals: nothing is believed that was not tried.


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def connects(wrapper: tuple[str, ...] | list[str], listener: socket.socket) -> bool:
    """Whether something connects to the listener from behind a wrapper, by what arrives there."""
    port = listener.getsockname()[1]
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
    subprocess.run([*wrapper, sys.executable, "-I", "-c", code], capture_output=True, timeout=30)
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_what_does_not_seal_is_not_believed(listener: socket.socket, tmp_path: Path) -> None:
    assert connects(["env"], listener)
    assert not prove(["env"])
    assert not prove([])


@pytest.mark.parametrize(
    "wrapper",
    [["false"], ["true"], ["echo"], ["no-such-program"], ["/"], ["sh", "-c", "echo sealed"]],
    ids=" ".join,
)
def test_a_wrapper_that_does_not_run_the_command_proves_nothing(wrapper: list[str]) -> None:
    assert not prove(wrapper)


def test_a_wrapper_that_hangs_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "_SECONDS", 0.5)
    begun = time.monotonic()
    assert not prove(["sh", "-c", "exec sleep 60"])
    assert time.monotonic() - begun < 5


def test_the_program_that_tries_finds_a_listener(listener: socket.socket) -> None:
    assert reach.found([str(listener.getsockname()[1]), "0"]) == reach.LOCAL


def test_no_way_to_this_machine_alone_is_no_seal() -> None:
    """As behind a wrapper that shuts the local listener off and leaves the way out open."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        if end.connect_ex(("203.0.113.1", 9)) != 0:
            pytest.skip("this machine has no way out")
    assert reach.found(["0", "0"]) == reach.OUTWARD


@LINUX
@pytest.mark.parametrize("wrapper", isolate.WRAPPERS["linux"], ids=lambda words: words[0])
def test_a_seal_that_is_proved_lets_nothing_through(
    wrapper: tuple[str, ...], listener: socket.socket
) -> None:
    if not prove(wrapper):
        pytest.skip("this machine does not have it")
    assert not connects(wrapper, listener)
    assert not connects([*wrapper, "sh", "-c", '"$@"; exit 0', "sh"], listener)  # nor to a child


@LINUX
def test_sealed_is_the_command_behind_a_seal(listener: socket.socket, tmp_path: Path) -> None:
    command = sealed(["sh", "-c", 'echo "$1" > "$0"', str(tmp_path / "out"), "a b"])
    assert command is not None
    subprocess.run(command, timeout=30, check=True)
    assert (tmp_path / "out").read_text() == "a b\n"
    assert not connects(command[:-5], listener)


@pytest.mark.skipif(sys.platform == "darwin", reason="that is where it is")
def test_where_no_seal_is_proved_there_is_none() -> None:
    assert sealed(["true"], system="darwin") is None  # sandbox-exec is not here
    assert sealed(["true"], system="win32") is None


@LINUX
def test_without_any_tool_the_filter_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not prove(SECCOMP):
        pytest.skip("this machine does not have it")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sealed(["true"]) == [*SECCOMP, "true"]


# The filter.

FILTERED = """
import ctypes, errno, os, socket
def refused(make):
    try: make()
    except OSError as e: return e.errno == errno.EPERM
    return False
four = [(f, k) for f in (socket.AF_INET, socket.AF_INET6) for k in (1, 2)]
print(all(refused(lambda f=f, k=k: socket.socket(f, k)) for f, k in four))
print(refused(lambda: socket.socket(40, 1)))  # AF_VSOCK: the machine around this one
a, b = socket.socketpair()
a.send(b"x")
print(b.recv(1) == b"x" and socket.socket(socket.AF_UNIX) is not None)
print(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) is not None)
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(425, 1, None) == -1 and ctypes.get_errno() == errno.EPERM)  # io_uring
print(libc.prctl(22, 0, 0, 0, 0) == -1 and refused(lambda: socket.socket()))  # taken off again
"""


@LINUX
def test_the_filter_refuses_every_network_and_nothing_else() -> None:
    if not prove(SECCOMP):
        pytest.skip("this machine does not have it")
    command = [*SECCOMP, sys.executable, "-I", "-c", FILTERED]
    end = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (end.stdout.split(), end.stderr) == (["True"] * 6, "")


@LINUX
def test_the_filters_program_ends_as_its_command_does() -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*SECCOMP, *words], capture_output=True, text=True, timeout=30)

    assert run("sh", "-c", "exit 7").returncode == 7
    missing = run("no-such-program")
    assert (missing.returncode, missing.stdout) == (127, "")
    assert "no-such-program cannot be run: No such file" in missing.stderr
    assert run().stderr.startswith("usage:")
