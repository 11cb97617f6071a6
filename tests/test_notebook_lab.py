"""`drill notebook`: the learner's copies, a JupyterLab of its own, and what is left of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.judge import catalogue
from grader.notebook import build, extensions, labconfig
from grader.notebook.copies import CURRENT, NEW, OLDER, RENEWED, Copies
from grader.notebook.guides import guides
from grader.views import cli, notebook
from grader.views.workspace import Workspace
from tests import labs

ROOT = Path(__file__).parents[1]
ID = "attention/causal"
CARD = catalogue.find(ID)
EVERY = catalogue.cards()
HAS_PROC = Path("/proc/self").exists()

pytestmark = pytest.mark.xdist_group("lab")
needs_linux = pytest.mark.skipif(not HAS_PROC, reason="processes are looked for in /proc")


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# --- names


@pytest.mark.parametrize(
    "name",
    ["@jupyter-ai/whatever-comes-next", "mito_ai", "jupyter_copilot", "@x/ChatGPT-cells", "jupyai"],
)
def test_ai_is_known_by_its_name(name: str) -> None:
    assert extensions.is_ai(name)


def test_what_is_no_ai_is_not_taken_for_it() -> None:
    assert not [name for name in extensions.HARMLESS if extensions.is_ai(name)]
    assert not extensions.is_ai("jupyterlab-vim")
    assert not extensions.is_ai("@jupyterlab/main-menu")  # has the letters "ai" in it
    # Nor is any extension that JupyterLab itself consists of.
    core = Path(sys.prefix, "share", "jupyter", "lab", "schemas", "@jupyterlab")
    names = [f"@jupyterlab/{path.name}" for path in core.iterdir()]
    assert len(names) > 30
    assert not [name for name in names if extensions.is_ai(name)]


def test_the_plugins_that_are_disabled_are_those_of_this_jupyterlab() -> None:
    built = Path(sys.prefix, "share", "jupyter", "lab", "static")
    text = "".join(path.read_text(encoding="utf-8") for path in built.glob("*.js"))
    assert [id for id in (*extensions.INLINE, labconfig.NEWS) if f'"{id}"' not in text] == []


def offered(*names: str, disabled: tuple[str, ...] = ()) -> dict[str, Any]:
    """A page's settings."""
    return {
        "federated_extensions": [{"name": name, "load": "static/x.js"} for name in names],
        "disabledExtensions": list(disabled),
    }


def test_a_page_is_read_as_it_is() -> None:
    off = (*extensions.INLINE, labs.AI)
    found = extensions.report(offered(labs.AI, labs.STRANGE, "jupyterlab_pygments", disabled=off))
    assert found == extensions.Report(True, (labs.AI,), (), (labs.STRANGE,), 1)


def test_a_page_on_which_something_is_on_is_told_of() -> None:
    off = extensions.INLINE[1:]  # one part of inline completion is left on
    found = extensions.report(offered(labs.AI, disabled=off))
    assert not found.inline
    assert found.on == (labs.AI,)
    rows = notebook._told(found, 80)
    told = "\n".join("".join(text for text, _ in row) for row in rows)
    assert re.search(r"still on +@jupyter-ai/core; inline completion", told)
    assert "off by setting  inline" not in told


@pytest.mark.parametrize("page", [{}, {"federated_extensions": []}, {"disabledExtensions": []}])
def test_a_page_that_does_not_say_is_not_passed_over(page: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not say"):
        extensions.report(page)


# --- settings


def test_ai_is_disabled_and_locked_also_what_only_is_installed(tmp_path: Path) -> None:
    labconfig.lay(tmp_path, ["some-new-copilot", "jupyterlab-vim"], ["some_new_ai", "jupyterlab"])
    config = tmp_path / "config"
    page = json.loads((config / "labconfig" / "page_config.json").read_text())
    names = {*extensions.INLINE, *extensions.AI, "some-new-copilot"}
    assert {name for name, flag in page["lockedExtensions"].items() if flag is True} == names
    assert set(page["disabledExtensions"]) == {*names, labconfig.NEWS}
    server = json.loads((config / "jupyter_server_config.json").read_text())["ServerApp"]
    assert server["jpserver_extensions"] == {"some_new_ai": False, "jupyterlab": True}
    assert server["ip"] == "127.0.0.1"


def test_no_variable_of_the_learners_leads_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_SETTINGS_DIR", "JUPYTER_TOKEN"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/elsewhere")
    monkeypatch.setenv("IPYTHONDIR", "/elsewhere")
    found = labconfig.environment(tmp_path)
    assert "/elsewhere" not in found.values()
    assert found["PATH"] == os.environ["PATH"]


# --- copies


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, and we are in it."""
    folder = tmp_path / "my practice"
    for card in EVERY:
        Workspace(folder).lay(card)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def copies(practice: Path) -> Copies:
    return Copies(practice, EVERY)


def older(copies: Copies) -> Path:
    """A copy that was laid when the page was another."""
    page = replace(CARD, title="As it was once")
    assert Copies(copies.root, [page]).lay(page) == NEW
    return copies.path(CARD)


def change(path: Path, cell: str, text: str) -> None:
    """Write into a cell, as JupyterLab does: all of the file is written anew."""
    found = nbformat.read(path, as_version=4)
    next(c for c in found.cells if c.id == cell).source = text
    found.metadata["language_info"]["version"] = "3.99"
    nbformat.write(found, path)


def test_a_copy_is_the_built_notebook(copies: Copies) -> None:
    assert copies.lay(CARD) == NEW
    assert copies.path(CARD) == copies.root / "notebooks" / f"{ID}.ipynb"
    laid = nbformat.read(copies.path(CARD), as_version=4)
    nbformat.validate(laid)
    del laid.metadata["unaided"]
    assert nbformat.writes(laid) + "\n" == build.notebook(CARD, EVERY)
    assert copies.lay(CARD) == CURRENT


def test_a_copy_with_work_in_it_is_never_overwritten(copies: Copies) -> None:
    path = older(copies)
    change(path, build.ATTEMPT, f"%%drill {ID}\nmine = 1")
    before = path.read_bytes()
    assert copies.lay(CARD) == OLDER
    copies.lay_missing()
    assert path.read_bytes() == before


def test_a_copy_that_was_run_counts_as_work(copies: Copies) -> None:
    path = older(copies)
    found = nbformat.read(path, as_version=4)
    code = next(cell for cell in found.cells if cell.cell_type == "code")
    code.outputs = [nbformat.v4.new_output("stream", text="seen\n")]
    nbformat.write(found, path)
    assert copies.lay(CARD) == OLDER


def test_a_copy_that_was_only_looked_at_follows_the_page(copies: Copies) -> None:
    path = older(copies)
    change(path, "title", nbformat.read(path, as_version=4).cells[0].source)
    assert "As it was once" in path.read_text()
    assert copies.lay(CARD) == RENEWED
    assert "As it was once" not in path.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": 1}', "my notes"])
def test_a_file_that_is_no_notebook_stays(copies: Copies, text: str) -> None:
    path = copies.path(CARD)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert copies.lay(CARD) == CURRENT
    assert path.read_text() == text


def test_a_notebook_from_elsewhere_stays(copies: Copies) -> None:
    path = copies.path(CARD)
    path.parent.mkdir(parents=True)
    path.write_text(build.notebook(replace(CARD, title="From elsewhere"), EVERY))
    assert copies.lay(CARD) == CURRENT
    assert "From elsewhere" in path.read_text()


def test_fresh_keeps_what_was_there(copies: Copies) -> None:
    path = older(copies)
    for number in (1, 2):  # also several times in one second
        change(path, build.ATTEMPT, f"mine = {number}")
        before = path.read_bytes()
        kept = copies.renew(CARD)
        assert kept is not None
        assert kept.is_relative_to(copies.root / ".drill" / "attempts" / ID)
        assert kept.read_bytes() == before
        assert copies.lay(CARD) == CURRENT
        assert "As it was once" not in path.read_text()
    assert len(list((copies.root / ".drill" / "attempts" / ID).iterdir())) == 2


def test_every_link_of_a_notebook_leads_to_a_copy(copies: Copies) -> None:
    copies.lay_missing()
    laid = list(copies.folder.rglob("*.ipynb"))
    assert len(laid) == len(EVERY) + len(guides())
    links = [
        (path.parent / link).resolve()
        for path in laid
        for link in re.findall(r"\]\(([^)\s]+\.ipynb)\)", path.read_text())
    ]
    assert len(links) > 100
    assert [str(link) for link in links if not link.is_file()] == []


def test_in_a_clone_copies_are_where_git_does_not_look() -> None:
    copies = Copies(ROOT, EVERY)
    assert copies.folder == ROOT / ".drill" / "notebooks"
    assert ".drill/" in (ROOT / ".gitignore").read_text().split("\n")
    assert Workspace(ROOT).path(CARD).is_file()  # `--save` there finds the clone


@pytest.mark.parametrize(
    ("word", "id"),
    [
        (ID, ID),
        (f"notebooks/{ID}.ipynb", ID),
        (f"exercises/{ID}.py", ID),
        ("decoding", "decoding/overview"),
        ("decoding/overview", "decoding/overview"),
        (None, "attention/overview"),
    ],
)
def test_which_notebook_a_word_means(practice: Path, word: str | None, id: str) -> None:
    assert notebook._chosen(word, Workspace(practice), EVERY).id == id


# --- what goes wrong


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_an_unknown_exercise(practice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["notebook", "attention/cusal"]) == 2
    assert "Did you mean attention/causal" in said(capsys)
    assert not (practice / "notebooks").exists()


def test_fresh_needs_an_id(practice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["notebook", "--fresh"]) == 2
    assert "drill notebook ID --fresh" in said(capsys)


def test_outside_of_a_practice_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["notebook"]) == 2
    assert "drill init" in said(capsys)


def test_a_port_that_is_taken(practice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert cli.main(["notebook", ID, "--port", str(port)]) == 2
    assert f"Port {port} cannot be had" in said(capsys)
    assert not (practice / "notebooks").exists()


def without_jupyterlab(folder: Path) -> Path:
    """All packages of this environment but JupyterLab, as links."""
    for place in (path for path in map(Path, sys.path) if path.name == "site-packages"):
        for path in place.iterdir():
            if not path.name.startswith("jupyterlab") and path.suffix != ".pth":
                (folder / path.name).symlink_to(path)
    return folder


def drill(*words: str, cwd: Path, path: list[Path], options: tuple[str, ...] = ()) -> Any:
    return subprocess.run(
        [sys.executable, *options, "-m", "grader", "notebook", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        timeout=labs.PATIENCE,
    )


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_without_the_extra_one_command_is_named(practice: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    end = drill(ID, cwd=practice, path=[ROOT, without_jupyterlab(packages)], options=("-S",))
    assert end.returncode == 2, end
    assert end.stdout == ""
    (row,) = end.stderr.strip().split("\n")
    assert "There is no jupyterlab in this Python" in row
    # In a clone, what was tested is installed; what is not there is not mentioned.
    assert f'-m pip install -e "{ROOT}[notebook]" -c {ROOT / "constraints.txt"}' in row
    assert "matplotlib" not in row
    assert not (practice / "notebooks").exists()


def test_from_a_wheel_the_command_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "ROOT", tmp_path)
    assert notebook._command().endswith('-m pip install "unaided[notebook]"')


def test_a_jupyterlab_that_does_not_start(practice: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "jupyterlab"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('half of it is missing')\n")
    end = drill(ID, "--no-browser", cwd=practice, path=[broken.parent, ROOT])
    assert end.returncode == 1, end
    assert "it ended while it was starting: ImportError: half of it is missing" in end.stderr
    assert ".drill/jupyter/server.log" in end.stderr.replace("\\", "/")


def test_nothing_that_grades_is_imported() -> None:
    code = (
        "import sys, grader.views.notebook, grader.notebook.copies, grader.notebook.lab\n"
        "slow = 'torch', 'matplotlib', 'jupyterlab', 'hypothesis'\n"
        "print([name for name in slow if name in sys.modules])"
    )
    end = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert end.stdout.strip() == b"[]"


# --- a real server


@dataclass(frozen=True)
class Seen:
    """What one run showed, from its start to its end."""

    python: Path
    practice: Path
    told: str
    page: dict[str, Any]
    kernels: dict[str, Any]
    enabled: str
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
        ".jupyter/labconfig/page_config.json": {"disabledExtensions": {labs.INLINE: False}},
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
    if not HAS_PROC:
        pytest.skip("processes are looked for in /proc")
    practice = tmp_path_factory.mktemp("practice")
    Workspace(practice).lay(CARD)
    python = labs.environment(tmp_path_factory.mktemp("environment"))
    before = everything(home)
    with labs.running(practice, ID, python=python, home=home) as lab:
        text = ask(lab.url, "/lab").decode()
        config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.DOTALL)
        assert config
        kernels = json.loads(ask(lab.url, "/api/kernelspecs"))
        enabled = refused(lab.url, extensions.INLINE[0])
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


@needs_linux
def test_the_running_server_is_asked_and_told_of(seen: Seen) -> None:
    told = " ".join(seen.told.split())
    assert "off by setting inline completion, and 33 AI extensions by name" in told
    assert f"of these {labs.AI} would be here" in told
    assert f"unknown the extension {labs.STRANGE}; what your browser" in told
    assert "still on" not in told
    assert "jupyterlab_pygments" not in told


@needs_linux
def test_the_page_has_inline_completion_and_ai_disabled_and_locked(seen: Seen) -> None:
    # The environment's settings and the home folder's have inline completion on.
    names = {*extensions.INLINE, *extensions.AI}
    assert names <= set(seen.page["disabledExtensions"])
    assert names <= set(seen.page["lockedExtensions"])
    assert labs.AI in [each["name"] for each in seen.page["federated_extensions"]]
    assert labs.STRANGE not in seen.page["disabledExtensions"]
    assert "lock" in seen.enabled


@needs_linux
def test_the_server_has_none_of_it_either(seen: Seen) -> None:
    log = (seen.practice / ".drill" / "jupyter" / "server.log").read_text()
    assert "jupyterlab | extension was successfully loaded" in log
    assert "jupyter_ai" not in log
    assert "Extension Manager is 'readonly'" in log


@needs_linux
def test_the_kernel_is_this_python_and_there_is_no_other(seen: Seen) -> None:
    assert list(seen.kernels["kernelspecs"]) == ["python3"]
    assert seen.kernels["kernelspecs"]["python3"]["spec"]["argv"][0] == str(seen.python)


@needs_linux
def test_ctrl_c_ends_the_server_and_its_kernels(seen: Seen) -> None:
    assert len(seen.alive) >= 3  # the command, the server and a kernel
    assert seen.status == 0
    assert "your notebooks are in notebooks" in " ".join(seen.rest.split())
    assert seen.left == set()


@needs_linux
def test_the_learners_own_settings_are_as_they_were(seen: Seen) -> None:
    before, after = seen.home
    assert before
    assert after == before


@needs_linux
def test_nobody_else_reads_the_token(seen: Seen) -> None:
    assert (seen.practice / ".drill" / "jupyter").stat().st_mode & 0o077 == 0


@needs_linux
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


@needs_linux
def test_a_server_that_ends_by_itself_ends_the_command(tmp_path: Path) -> None:
    Workspace(tmp_path).lay(CARD)
    with labs.running(tmp_path, ID) as lab:
        ask(lab.url, "/api/shutdown", b"")
        assert lab.process.stdout
        assert "JupyterLab has ended" in lab.process.stdout.read()
        assert lab.process.wait(30) == 0
    assert labs.processes(tmp_path) == set()
