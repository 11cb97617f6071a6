"""Packs to test with: a folder that can be put on the path, its pages named by entry points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import HERE

PAGE = '''
"""A title.

Statement.
"""
from grader.words import Exercise, same

exercise = Exercise(
    tier="A", level=1, minutes=5, source="us", hints=("a", "b", "c"), ask=(("Q?", "A."),)
)


@exercise.solution
def double(x):
    """Twice x."""
    return 2 * x


@exercise.edges
def numbers():
    return [{"x": 1}, {"x": 2}, {"x": 3}, {"x": 5}]


exercise.mistake("squared", "You square.", swap={"2 * x": "x * x"})
'''


def lay(folder: Path, pages: dict[str, str], **points: str) -> Path:
    """Packages with one page each (by name; in the track "sums") and an entry point for each of
    `points`; gives the folder.
    """
    for name, page in pages.items():
        track = folder / name / "sums"
        track.mkdir(parents=True)
        (folder / name / "__init__.py").touch()
        (track / "__init__.py").touch()
        (track / f"{name}_double.py").write_text(page.lstrip())
    info = folder / "packs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: packs\nVersion: 1.0\n")
    named = "".join(f"{point} = {package}\n" for point, package in points.items())
    (info / "entry_points.txt").write_text(f"[unaided.packs]\n{named}")
    return folder


def drill(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line with the packs in `folder`."""
    code = "import sys; from grader.views.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{HERE.parent}", "PATH": "", "HOME": str(folder)},
        check=False,
        timeout=240,
    )
