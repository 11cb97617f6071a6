"""`drill notebook`: names of extensions, the settings of its JupyterLab, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.coach.doctor import labextensions
from grader.coach.doctor.labextensions import AI, HARMLESS, INLINE
from grader.judge import catalogue
from grader.notebook import extensions, labconfig
from grader.views import cli, notebook
from grader.views.workspace import Workspace
from tests import labs

ROOT = Path(__file__).parents[1]
ID = "attention/causal"


# --- names


@pytest.mark.parametrize(
    "name",
    [
        *("@jupyter-ai/whatever-comes-next", "mito_ai", "jupyter_copilot", "@x/ChatGPT-cells"),
        *("jupyai", "notebook_intelligence", "jupyterlab_commands_toolkit"),
    ],
)
def test_ai_is_known_by_its_name(name: str) -> None:
    assert labextensions.is_ai(name)


def test_what_is_no_ai_is_not_taken_for_it() -> None:
    assert not [name for name in HARMLESS if labextensions.is_ai(name)]
    assert not labextensions.is_ai("jupyterlab-vim")
    assert not labextensions.is_ai("@jupyterlab/main-menu")  # has the letters "ai" in it
    # Nor is any extension that JupyterLab itself consists of.
    core = Path(sys.prefix, "share", "jupyter", "lab", "schemas", "@jupyterlab")
    names = [f"@jupyterlab/{path.name}" for path in core.iterdir()]
    assert len(names) > 30
    assert not [name for name in names if labextensions.is_ai(name)]


def test_the_plugins_that_are_disabled_are_those_of_this_jupyterlab() -> None:
    built = Path(sys.prefix, "share", "jupyter", "lab", "static")
    text = "".join(path.read_text(encoding="utf-8") for path in built.glob("*.js"))
    assert [id for id in (*INLINE, labconfig.NEWS) if f'"{id}"' not in text] == []


def offered(*names: str, disabled: tuple[str, ...] = ()) -> dict[str, Any]:
    """A page's settings."""
    return {
        "federated_extensions": [{"name": name, "load": "static/x.js"} for name in names],
        "disabledExtensions": list(disabled),
    }


def test_a_page_is_read_as_it_is() -> None:
    page = offered(labs.AI, labs.STRANGE, "jupyterlab_pygments", disabled=(*INLINE, labs.AI))
    found = extensions.report(extensions.without_ai(page))
    assert found == extensions.Report(True, (labs.AI,), (), (labs.STRANGE,), 1)


def test_ai_that_is_disabled_by_name_but_offered_is_on() -> None:
    """Its plugins may have other names, and then JupyterLab starts them."""
    found = extensions.report(offered(labs.AI, disabled=(*INLINE, labs.AI)))
    assert found == extensions.Report(True, (), (labs.AI,), (), 1)


def test_a_page_on_which_something_is_on_is_told_of() -> None:
    off = INLINE[1:]  # one part of inline completion is left on
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
    names = {*INLINE, *AI, "some-new-copilot"}
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


# --- what goes wrong


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, and we are in it."""
    folder = tmp_path / "my practice"
    Workspace(folder).lay(catalogue.find(ID))
    monkeypatch.chdir(folder)
    return folder


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
