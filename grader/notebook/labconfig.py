"""A JupyterLab of its own: settings, kernel and folders that are not the learner's usual ones.

All of it lies in one folder, `.drill/jupyter`: Jupyter is pointed there by its environment
variables, so what the learner has in `~/.jupyter`, `~/.ipython` and their like is neither read nor
written. What lies with the installed packages (`etc/jupyter`) is read, and ours goes before it.
Ours is written again at each start; what they choose in its Settings menu (`config/lab`) stays.
Source: jupyter_core's documentation (folders, variables and their order) and JupyterLab's
(page_config.json, disabledExtensions, lockedExtensions).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.coach.doctor.labextensions import is_ai
from grader.notebook.extensions import switched_off
from grader.views.workspace import write

CONFIG, DATA, RUNTIME = "config", "data", "runtime"
KERNEL = "python3"

#: Not AI, but it asks a server elsewhere for news, and the learner whether it may.
NEWS = "@jupyterlab/apputils-extension:announcements"

# What a learner may have set that must go on: some file systems know no permissions.
_KEPT = "JUPYTER_ALLOW_INSECURE_WRITES"


def environment(home: Path) -> dict[str, str]:
    """The environment of a server whose folder is `home`: ours, without Jupyter's variables."""
    others = ("JUPYTER", "IPYTHON")
    left = {k: v for k, v in os.environ.items() if k == _KEPT or not k.startswith(others)}
    return {
        **left,
        "JUPYTER_CONFIG_DIR": str(home / CONFIG),
        "JUPYTER_DATA_DIR": str(home / DATA),
        "JUPYTER_RUNTIME_DIR": str(home / RUNTIME),
        # Settings of the environment or the system come after ours, else they would win.
        "JUPYTER_PREFER_ENV_PATH": "0",
        "IPYTHONDIR": str(home / "ipython"),
    }


def lay(home: Path, extensions: Iterable[str], modules: Iterable[str]) -> None:
    """Write the settings of a server.

    extensions: names of the installed extensions of JupyterLab. modules: those of its server.
    """
    config = home / CONFIG
    _write(config / "labconfig" / "page_config.json", page_config(extensions))
    _write(config / "jupyter_server_config.json", server_config(modules))
    _write(config / "jupyter_lab_config.json", LAB)
    _write(home / DATA / "kernels" / KERNEL / "kernel.json", kernel())


def page_config(extensions: Iterable[str]) -> dict[str, Any]:
    """What the page tells the browser: AI is disabled, and the menus cannot enable it again."""
    locked = switched_off(extensions)
    return {
        "disabledExtensions": dict.fromkeys([*locked, NEWS], True),
        "lockedExtensions": dict.fromkeys(locked, True),
    }


def server_config(modules: Iterable[str]) -> dict[str, Any]:
    """This machine alone, no AI behind the page, and this Python as the only kernel."""
    off = dict.fromkeys(filter(is_ai, modules), False)
    return {
        "ServerApp": {
            "ip": "127.0.0.1",
            "allow_root": True,  # as the rest of the grader; nobody else can reach it
            "jpserver_extensions": {**off, "jupyterlab": True},
        },
        "KernelSpecManager": {"allowed_kernelspecs": [KERNEL], "ensure_native_kernel": False},
    }


#: It installs nothing, and asks nobody whether there is something new.
LAB = {
    "LabApp": {
        "extension_manager": "readonly",
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    }
}


def kernel() -> dict[str, Any]:
    """This very Python; the name that notebooks ask for."""
    return {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"debugger": True},
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    write(path, json.dumps(content, indent=1, sort_keys=True) + "\n")
