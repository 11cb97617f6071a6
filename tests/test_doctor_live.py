"""The doctor on programs: agents, editors in the terminal, isolated editors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.coach.doctor import ABSENT, OFF, ON, UNKNOWN, Place, Process
from grader.coach.doctor.processes import from_ps, from_tasklist, running
from grader.coach.doctor.reading import Unreadable
from tests.fake_home import Home, a_home

SWITCH = "chat.disableAIFeatures"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fake programs are shells")


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        yield home


# Agents: the program counts, not the words after it.


def test_an_agent_that_runs_is_on_and_named_with_its_number(fake: Home) -> None:
    assert fake.state("terminal agents") == ABSENT
    pid = fake.start("claude", "--resume")
    found = fake.find("Claude Code")
    assert found.state == ON
    assert f"claude (pid {pid})" in found.evidence
    assert f"kill {pid}" in found.change


@pytest.mark.parametrize(
    ("interpreter", "script", "tool"),
    [
        ("node", "bin/gemini", "Gemini CLI"),
        ("node", "lib/node_modules/@anthropic-ai/claude-code/cli.js", "Claude Code"),
        ("node", "lib/node_modules/@openai/codex/bin/codex.js", "Codex"),
        ("python3.12", "bin/aider", "aider"),
        ("bun", "bin/opencode", "opencode"),
        ("node", "x/copilot-language-server/dist/language-server.js", "Copilot's language server"),
    ],
)
def test_the_script_of_an_interpreter_is_the_program(
    interpreter: str, script: str, tool: str, fake: Home
) -> None:
    fake.start_script(interpreter, script)
    assert fake.state(tool) == ON


def test_files_that_are_named_like_agents_are_none(fake: Home) -> None:
    fake.start("vim", "claude.py")
    fake.start("vim", "claude")
    fake.start("less", "codex")
    fake.start("claude-notes")
    fake.start_script("python3", "mine/claude.py")
    assert fake.state("terminal agents") == ABSENT


PROCESSES = [
    (["/usr/bin/node", "--no-warnings=x", "/usr/bin/gemini"], "gemini"),
    (["node", "--require", "./aider", "/x/codex.js"], "codex"),
    (["python", "-m", "aider"], "aider"),
    (["python3", "-c", "claude"], ""),
    (["python3"], ""),
    (["deno", "run", "-A", "/x/opencode"], "opencode"),
    (["python", "run", "claude"], "run"),
    ([r"C:\Users\x\claude.exe"], "claude"),
    (["/usr/share/code/code --type=zygote --no-sandbox"], "code"),
    (["LM Studio.exe"], "LM Studio"),
]


@pytest.mark.parametrize(("argv", "name"), PROCESSES, ids=lambda x: " ".join(x))
def test_the_name_of_a_program(argv: list[str], name: str) -> None:
    assert Process(1, tuple(argv)).name == name


def test_applications_of_macos_are_known_by_their_bundle() -> None:
    code = "/Applications/Visual Studio Code.app/Contents/MacOS/Electron"
    helper = "/Applications/Cursor.app/Contents/Frameworks/Cursor Helper.app/Contents/MacOS/x"
    text = (
        f"  1 {code} .\n 20 vim /Applications/Cursor.app/Contents/MacOS/x\n 21 {helper} --type=a\n"
    )
    text += " 22 /usr/bin/vim /Applications/Cursor.app/Contents/MacOS/x\n"
    assert [p.app for p in from_ps(text)] == ["Visual Studio Code", "", "Cursor Helper", ""]


def test_on_windows_only_names_are_seen_so_interpreters_are_unknown(fake: Home) -> None:
    text = '"node.exe","7","Console","1","9 K"\r\n"claude.exe","8","Console","1","9 K"\r\n'
    seen = from_tasklist(text)
    assert [(p.pid, p.name) for p in seen] == [(7, ""), (8, "claude")]
    fake.system = "win32"
    found = {i.tool: i for i in fake.findings(processes=lambda: seen)}
    assert found["Claude Code"].state == ON
    assert "taskkill /PID 8" in found["Claude Code"].change
    assert found["terminal agents"].state == UNKNOWN


def test_this_process_is_in_the_list_of_this_machine() -> None:
    (mine,) = [process for process in running(sys.platform) if process.pid == os.getpid()]
    assert mine.is_interpreter
    said = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True)
    assert os.getpid() in {process.pid for process in from_ps(said.stdout)}


def test_where_programs_cannot_be_listed_agents_are_unknown(fake: Home) -> None:
    def blind() -> list[Process]:
        raise Unreadable("/proc", "it is hidden")

    found = fake.find("terminal agents", processes=blind)
    assert found.state == UNKNOWN
    assert "/proc cannot be read: it is hidden" in found.evidence
    assert fake.find("JupyterLab", processes=blind).state == UNKNOWN


# Editors in the terminal: how they were started tells more than what is installed.


def test_a_plugin_of_vim_is_on_when_vim_runs_with_it(fake: Home) -> None:
    assert fake.state("Vim") == ABSENT
    fake.write(".vim/pack/github/start/copilot.vim/plugin/copilot.vim")
    assert fake.state("Vim") == UNKNOWN
    fake.start("vim", "--clean", "a.py")
    assert fake.state("Vim") == OFF
    pid = fake.start("vim", "a.py")
    found = fake.find("Vim")
    assert found.state == ON
    assert f"vim (pid {pid})" in found.evidence
    assert "vim --clean" in found.change


@pytest.mark.parametrize(
    ("tool", "path", "program", "clean"),
    [
        ("Neovim", ".local/share/nvim/lazy/avante.nvim/x", "nvim", "--clean"),
        ("Neovim", ".config/nvim/pack/x/opt/CopilotChat.nvim/x", "nvim", "--clean"),
        ("Vim", ".vim/plugged/codeium.vim/x", "gvim", "--noplugin"),
        ("Emacs", ".emacs.d/elpa/gptel-0.9.8/x", "emacs", "-Q"),
        ("Emacs", ".config/emacs/straight/repos/copilot.el/x", "emacs", "-Q"),
    ],
)
def test_what_a_manager_may_load_late_is_unknown(
    tool: str, path: str, program: str, clean: str, fake: Home
) -> None:
    fake.write(path)
    fake.start(program, clean)
    assert fake.state(tool) == OFF
    fake.start(program, "a.py")
    assert fake.state(tool) == UNKNOWN


def test_other_plugins_are_no_sign(fake: Home) -> None:
    for name in ("vim-fugitive", "llm", "model", "copilot-lualine-theme"):
        fake.write(f".vim/pack/x/start/{name}/x")
    assert fake.state("Vim") == ABSENT


def test_an_isolated_vs_code_is_judged_by_its_own_settings(fake: Home) -> None:
    fake.write(".config/Code/User/settings.json", {})
    data = fake.home / "session data"
    fake.write("session data/User/settings.json", {SWITCH: True})
    pid = fake.start("code", "--user-data-dir", str(data))
    helper = fake.start("code", "--type=renderer", f"--user-data-dir={data}")
    found = fake.find("VS Code with data in ~/session data")
    assert found.state == OFF
    assert f"pid {pid}" in found.evidence
    assert f"pid {helper}" not in found.evidence
    assert "not seen running" in fake.find("VS Code").evidence
    fake.start("code", "--user-data-dir=/nowhere")
    assert fake.state("VS Code with data in /nowhere") == UNKNOWN


def test_this_machine_can_be_examined(tmp_path: Path) -> None:
    place = Place.here(tmp_path)
    assert place.home == Path.home()
    assert place.system == sys.platform
    assert place.processes()
