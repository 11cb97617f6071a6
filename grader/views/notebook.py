"""`drill notebook`: a walkthrough in a JupyterLab of its own, with AI off by setting."""

from __future__ import annotations

import argparse
import importlib.util
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judge.catalogue import cards
from grader.views import exits
from grader.views.exits import Misuse
from grader.views.layout import Line, labelled, line, prose
from grader.views.mock.locked import refuse_if_locked
from grader.views.screen import Screen, complain
from grader.views.workspace import STATE, Workspace, card_of, shown

if TYPE_CHECKING:
    from grader.judge.catalogue import Card
    from grader.notebook.copies import Copies, Source
    from grader.notebook.extensions import Report
    from grader.notebook.lab import Lab

OVERVIEW = "overview"
EXTRA = ("jupyterlab", "ipykernel", "matplotlib")
ROOT = Path(__file__).resolve().parents[2]
UNSEEN = "what your browser, another window or another machine offers cannot be told from here"


def notebook(args: argparse.Namespace, view: Screen) -> int:
    """Lay the learner's copy, start JupyterLab there, tell what it says of itself, wait."""
    _need_extra()
    _need_port(args.port)
    if args.fresh and args.id is None:
        raise Misuse("Say which notebook to lay anew: `drill notebook ID --fresh`.")
    from grader.notebook.copies import Copies
    from grader.notebook.lab import Lab, LabFailed

    found, every = Workspace.here(), cards()
    source = _chosen(args.id, found, every)
    refuse_if_locked(source.id)
    copies = Copies(found.root, every)
    view.show(_laid(copies, source, args.fresh, view.width))
    home, page = found.root / STATE / "jupyter", f"{source.id}.ipynb"
    try:
        with Lab(home, copies.folder, page, args.port, not args.no_browser) as lab:
            return _served(lab, copies, page, view)
    except LabFailed as error:
        log = shown(home / "server.log")
        complain(f"JupyterLab cannot be used: {error}. All that it said is in {log}.")
        return exits.FAILED


def _chosen(text: str | None, found: Workspace, every: list[Card]) -> Source:
    """What a word means: an id, a track (its overview) or a file; no word, where the learner is."""
    from grader.notebook.guides import guides

    others = {guide.id: guide for guide in guides()}
    if text is None:
        card = found.next_after(None, every) or every[0]
        return others.get(f"{card.track}/{OVERVIEW}", card)
    path = Path(text)
    if path.suffix == ".ipynb":
        text = "/".join([*path.parts[-2:-1], path.stem])
    id = text.strip("/")
    return others.get(id) or others.get(f"{id}/{OVERVIEW}") or card_of(text)


def _served(lab: Lab, copies: Copies, page: str, view: Screen) -> int:
    """From the start of a server to its end, which Ctrl-C brings about."""
    view.status("JupyterLab is starting ...")
    copies.lay_missing()
    address = lab.ready()
    told = _told(lab.report(address), view.width)
    view.status("")
    view.show([line(), line(address.url(page), "code"), line(), *told, line()])
    try:
        lab.wait()
    except KeyboardInterrupt:
        view.status("")
        view.say("Ending JupyterLab and its kernels ...")
        lab.stop()
    view.say(f"JupyterLab has ended; your notebooks are in {shown(copies.folder)}.")
    return exits.PASSED


def _laid(copies: Copies, source: Source, fresh: bool, width: int) -> list[Line]:
    """Bring the copy up to date; a sentence on what it is now."""
    from grader.notebook.copies import NEW, OLDER, RENEWED

    where = shown(copies.path(source))
    if fresh:
        kept = copies.renew(source)
        aside = f"; the earlier one is {shown(kept)}" if kept else ""
        return prose(f"{where} was laid anew{aside}.", width)
    says = {
        NEW: f"{where} is your copy: write and run there what you like.",
        RENEWED: f"{where} was brought up to date; nobody had touched it.",
        OLDER: (
            f"{where} has your work, and stays. The walkthrough has changed since: "
            f"`drill notebook {source.id} --fresh` lays the new one and keeps yours."
        ),
    }
    return prose(says.get(copies.lay(source), f"{where} is as you left it."), width)


def _told(found: Report, width: int) -> list[Line]:
    """What the running server says of its extensions; no more is promised."""
    off = "inline completion, and " if found.inline else ""
    off += f"{found.off} AI extensions by name; of these "
    off += f"{', '.join(found.blocked)} would be here" if found.blocked else "none is installed"
    on = list(found.on) + ([] if found.inline else ["inline completion"])
    strange = [f"the extension {name}" for name in found.unknown]
    return [
        *labelled("off by setting", off, width, "good"),
        *(labelled("still on", "; ".join(on), width, "bad") if on else []),
        *labelled("unknown", "; ".join([*strange, UNSEEN]), width),
        *labelled("to end", "Ctrl-C here ends the server and its kernels", width),
    ]


def _need_extra() -> None:
    """Raises Misuse where what notebooks need is missing, with the command that installs it."""
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise Misuse(
            f"There is no {' and no '.join(missing)} in this Python, {sys.executable}. "
            f"Install what notebooks need: {_command()}"
        )


def _command() -> str:
    """The one command that installs the extra: the tested set in a clone."""
    python, pins = _quoted(shown(Path(sys.executable))), ROOT / "constraints.txt"
    if not pins.is_file():
        return f'{python} -m pip install "unaided[notebook]"'
    here = "." if Path.cwd() == ROOT else ROOT
    return f'{python} -m pip install -e "{here}[notebook]" -c {_quoted(shown(pins))}'


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _need_port(port: int | None) -> None:
    """Raises Misuse where a chosen port cannot be had."""
    if port is None:
        return
    with socket.socket() as probe:
        if os.name == "posix":  # so the server does, too; on Windows it takes what others have
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Misuse(
                f"Port {port} cannot be had ({error.strerror}). "
                "Choose another, or leave --port out."
            ) from None
