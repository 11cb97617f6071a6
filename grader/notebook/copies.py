"""The learner's copies of the walkthroughs: what JupyterLab opens and they write in.

Copies are built from the pages when they are laid, so an installed wheel has them too. They lie in
`notebooks/` of the practice folder; in a clone of the project, where that holds the shipped ones,
in `.drill/notebooks/`, which git does not see. A copy that someone has written in, or run, is never
overwritten; one that nobody has touched follows the page.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.judge.catalogue import Card
from grader.notebook import build, guides
from grader.notebook.guides import Guide
from grader.views.workspace import STATE, keep_copy, write, write_new

MARK = "unaided"  # the key in a copy's metadata under which stands what was laid

NEW, CURRENT, RENEWED, OLDER = "new", "current", "renewed", "older"

Source = Card | Guide  # what a notebook is built from


@dataclass(frozen=True)
class Copies:
    """The copies in one practice folder.

    root: the practice folder. every: all exercises.
    """

    root: Path
    every: list[Card]

    @property
    def folder(self) -> Path:
        """Where copies lie."""
        usual = self.root / build.FOLDER
        return self.root / STATE / build.FOLDER if self._is_shipped(usual) else usual

    def path(self, source: Source) -> Path:
        return self.folder / f"{source.id}.ipynb"

    def lay(self, source: Source) -> str:
        """Bring a copy up to date where nothing can be lost.

        Gives NEW, CURRENT, RENEWED, or OLDER: the page has changed since, and so has the copy.
        """
        path, built = self.path(source), self._built(source)
        if write_new(path, built):
            return NEW
        laid = _read(path)
        if laid is None or _mark(laid) in (None, _mark(json.loads(built))):
            return CURRENT
        if not _is_untouched(laid):
            return OLDER
        write(path, built)
        return RENEWED

    def lay_missing(self) -> None:
        """Lay the copies that are not there: notebooks link to others."""
        sources: list[Source] = [*self.every, *guides.guides()]
        for source in sources:
            if not self.path(source).exists():
                with contextlib.suppress(ValueError):  # a pack's, that cannot be built
                    write_new(self.path(source), self._built(source))

    def renew(self, source: Source) -> Path | None:
        """Lay a new copy in place of the present one; where that is kept, if there was one."""
        path = self.path(source)
        attempts = self.root / STATE / "attempts" / source.id
        kept = keep_copy(path, attempts) if path.exists() else None
        write(path, self._built(source))
        return kept

    def _built(self, source: Source) -> str:
        """A copy's text: the notebook, and in its metadata which cells it had."""
        if isinstance(source, Guide):
            text = guides.notebook(source, self.every)
        else:
            text = build.notebook(source, self.every)
        notebook = json.loads(text)
        notebook["metadata"][MARK] = {"laid": _digest(notebook)}
        return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    def _is_shipped(self, folder: Path) -> bool:
        """Whether the notebooks of some page are kept in a folder, by those who wrote the page."""
        places = {build.place(card) for card in self.every} - {None}
        return any(place and place.resolve().is_relative_to(folder.resolve()) for place in places)


def _read(path: Path) -> dict[str, Any] | None:
    """A notebook; None for what is none. It is the learner's all the same."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        _digest(found), _mark(found)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return found if isinstance(found, dict) else None


def _mark(notebook: dict[str, Any]) -> str | None:
    """What a copy was when it was laid; None for one that was not laid by us."""
    mark = notebook.get("metadata", {}).get(MARK, {}).get("laid")
    return mark if isinstance(mark, str) else None


def _is_untouched(notebook: dict[str, Any]) -> bool:
    """Whether a copy has the cells it was laid with, and none was run."""
    ran = any(cell.get("outputs") for cell in notebook["cells"])
    return not ran and _digest(notebook) == _mark(notebook)


def _digest(notebook: dict[str, Any]) -> str:
    """What the cells say. Metadata is left out: JupyterLab changes it when it opens a notebook."""
    cells = [(cell["id"], cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]
