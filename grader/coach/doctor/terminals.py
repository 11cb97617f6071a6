"""Vim, Neovim and Emacs: AI plugins in the usual folders, and how the editor was started.

That a plugin is installed does not say that it is loaded: managers load late, or never. What does
tell is an editor that runs with `--clean` (`-Q` for Emacs): it has no plugins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.coach.doctor import processes, reading
from grader.coach.doctor.finding import OFF, ON, UNKNOWN, Finding, absent
from grader.coach.doctor.place import Place
from grader.coach.doctor.processes import Process
from grader.coach.doctor.reading import Unreadable

#: Without `.vim` and `.nvim`, but where the rest is a word that others may use as well.
VIM_PLUGINS = frozenset(
    """
    augment avante blink-copilot chatgpt claude-code claudecode cmp-ai cmp-tabnine codecompanion
    codegpt codeium copilot copilot-cmp copilotchat fittencode gen.nvim gp.nvim llama.vim llm.nvim
    minuet-ai model.nvim neoai neocodeium ollama.nvim opencode.nvim parrot.nvim sg.nvim supermaven
    supermaven-nvim tabnine-nvim tabnine-vim vim-ai windsurf
    """.split()  # noqa: SIM905
)
EMACS_PACKAGES = frozenset(
    """
    aider aidermacs chatgpt chatgpt-shell claude-code claude-code-ide codeium company-tabnine
    copilot copilot-chat ellama gptel minuet org-ai tabnine
    """.split()  # noqa: SIM905
)
#: Where packages lie that an editor loads each time it starts.
_STARTS = ("pack/*/start/*",)
#: Where packages lie that are loaded when the user's own configuration says so.
_LATE = ("pack/*/opt/*", "plugged/*", "bundle/*", "lazy/*")
_PACKAGES = ("elpa/*", "straight/repos/*", "elpaca/repos/*", ".local/straight/repos/*")
_ENDING = re.compile(r"\.(?:vim|nvim|lua|el)$|-[\d.]+$")


@dataclass(frozen=True)
class Editor:
    """An editor, its processes, and how it is started without plugins."""

    tool: str
    names: tuple[str, ...]
    clean: Callable[[Process], bool]
    command: str


def _is_clean_vim(process: Process) -> bool:
    words = process.argv
    return bool({"--clean", "--noplugin"} & set(words)) or process.option("-u") == "NONE"


def _is_clean_emacs(process: Process) -> bool:
    return bool({"-Q", "--quick", "-quick"} & set(process.argv))


VIM = Editor("Vim", ("vim", "gvim", "mvim", "vimdiff"), _is_clean_vim, "vim --clean FILE")
NEOVIM = Editor("Neovim", ("nvim", "nvim-qt"), _is_clean_vim, "nvim --clean FILE")
EMACS = Editor("Emacs", ("emacs", "Emacs", "emacs-gtk"), _is_clean_emacs, "emacs -Q FILE")


def look(place: Place, running: list[Process]) -> list[Finding]:
    """The three editors."""
    return [
        _editor(place, VIM, running, _vim_roots(place), VIM_PLUGINS),
        _editor(place, NEOVIM, running, _neovim_roots(place), VIM_PLUGINS),
        _editor(place, EMACS, running, _emacs_roots(place), EMACS_PACKAGES),
    ]


def _editor(
    place: Place, editor: Editor, running: list[Process], roots: list[Path], known: frozenset[str]
) -> Finding:
    try:
        loaded = _known(roots, _STARTS, known)
        late = _known(roots, _PACKAGES if editor is EMACS else _LATE, known)
    except Unreadable as error:
        return place.unreadable(editor.tool, error)
    if not loaded and not late:
        return absent(editor.tool, "No known AI plugin is installed.")
    has = f"{', '.join(place.shown(path) for path in (loaded + late)[:3])} is installed"
    here = processes.of(running, editor.names)
    plain = [process for process in here if editor.clean(process)]
    change = f"Start it as `{editor.command}`."
    if here and plain == here:
        says = f"{has}, but {processes.told(plain)} was started without plugins."
        return Finding(editor.tool, OFF, says)
    if loaded and here:
        others = processes.told(process for process in here if process not in plain)
        return Finding(editor.tool, ON, f"{has}, and {others} loads it at start.", change)
    says = f"{has}; whether it is loaded cannot be told."
    return Finding(editor.tool, UNKNOWN, says, change)


def _known(roots: list[Path], patterns: tuple[str, ...], known: frozenset[str]) -> list[Path]:
    found = [p for root in roots for pattern in patterns for p in reading.folders(root, pattern)]
    return [path for path in found if _names(path) & known]


def _names(path: Path) -> set[str]:
    """A plugin's name, and the same without version or editor: `copilot.vim`, `copilot`."""
    return {path.name.lower(), _ENDING.sub("", path.name).lower()}


def _vim_roots(place: Place) -> list[Path]:
    return [place.home / ".vim", place.home / "vimfiles", place.xdg_config / "vim"]


def _neovim_roots(place: Place) -> list[Path]:
    name = place.environment.get("NVIM_APPNAME") or "nvim"
    if place.system == "win32":
        local = place.named("LOCALAPPDATA", place.home / "AppData" / "Local")
        config, data = local / name, local / f"{name}-data"
    else:
        config, data = place.xdg_config / name, place.xdg_data / name
    return [config, data, data / "site"]


def _emacs_roots(place: Place) -> list[Path]:
    return [place.home / ".emacs.d", place.xdg_config / "emacs", place.home / ".config" / "doom"]
