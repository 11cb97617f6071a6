"""Every notebook, executed from top to bottom by nbclient: untouched, and with the reference.

For a walkthrough both are one run, for a kernel with torch takes seconds to start, and up to the
learner's cell they do the same. That cell is run as it is committed and then once more with the
reference in it. Nothing of the first try is left to the second: it is graded in another process,
and the names of the kernel are compared. There is no code after that cell, which is checked too.

The notebooks that a worker runs share its kernel. What one leaves is taken away before the next:
names, the loaded extension, the state of torch's random numbers. What one has imported stays; a
cell that relies on a submodule which another notebook imported would not be found out here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from grader.judge import catalogue, render
from grader.notebook import guides

FOLDER = Path(__file__).parents[1] / "notebooks"
EVERY = catalogue.cards()
GUIDES = guides.guides()
PATIENCE = 120  # seconds for a cell; none takes more than some ten on a quiet machine
SHORT = {"UNAIDED_TRAINING_STEPS": "20"}
CLEAN = """\
%reset -f
get_ipython().extension_manager.loaded.discard("grader")
import torch
torch.default_generator.manual_seed(0)
del torch
"""
NAMES = "{name: id(value) for name, value in globals().items() if not name.startswith('_')}"

# torch and zmq have warnings of their own; a socket of nbclient's is closed when it is collected.
pytestmark = pytest.mark.filterwarnings("default")


def of_a_track(track: str, id: str) -> object:
    """A parameter; those of a track go to one worker, so that its kernel serves them all."""
    return pytest.param(id, id=id, marks=pytest.mark.xdist_group(f"notebooks of {track}"))


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookClient]:
    """A client of nbclient's with a kernel that runs, in a folder with nothing in it."""
    folder = tmp_path_factory.mktemp("empty")
    client = NotebookClient(new_notebook(), timeout=PATIENCE, kernel_name="python3")
    with client.setup_kernel(cwd=str(folder), env={**os.environ, **SHORT}):
        yield client
        assert list(folder.iterdir()) == [], "a cell wrote a file"


@pytest.fixture
def client(warm: NotebookClient) -> NotebookClient:
    """The same, with nothing left of other notebooks."""
    execute(warm, new_notebook(cells=[new_code_cell(CLEAN)]))
    return warm


def read(id: str) -> NotebookNode:
    return nbformat.reads((FOLDER / f"{id}.ipynb").read_text(encoding="utf-8"), as_version=4)


def execute(client: NotebookClient, notebook: NotebookNode) -> None:
    """Run the cells in order; raises CellExecutionError at the first that raises."""
    client.nb = notebook
    client.reset_execution_trackers()
    for at, cell in enumerate(notebook.cells):
        client.execute_cell(cell, at)


def shown(cell: NotebookNode) -> str:
    """What a cell shows to those who see text only; it must not complain."""
    kinds = {output.get("name", output.output_type) for output in cell.outputs}
    assert kinds <= {"execute_result", "display_data", "stdout"}, (cell.id, cell.outputs)
    return "\n".join(
        output.get("text", "") or output["data"]["text/plain"] for output in cell.outputs
    )


def answer(cell: NotebookNode, code: str) -> NotebookNode:
    """The learner's cell with something written in it, between two looks at the kernel's names."""
    tried = new_code_cell(code, id=cell.id)
    before = new_code_cell(f"_names = {NAMES}")
    after = new_code_cell(f"assert _names == {NAMES}")
    return new_notebook(cells=[before, tried, after])


@pytest.mark.parametrize("id", [of_a_track(card.track, card.id) for card in EVERY])
def test_a_walkthrough_runs_untouched_and_with_the_reference(
    client: NotebookClient, id: str
) -> None:
    card, notebook = catalogue.find(id), read(id)
    at = next(at for at, cell in enumerate(notebook.cells) if cell.id == "attempt")
    attempt, after = notebook.cells[at], notebook.cells[at + 1 :]
    assert all(cell.cell_type == "markdown" for cell in after)
    execute(client, new_notebook(cells=notebook.cells[:at]))
    check_what_is_shown(notebook.cells[:at])

    stub = answer(attempt, attempt.source)
    execute(client, stub)
    assert f"`{card.entry}` is not written yet." in shown(stub.cells[1])
    right = answer(attempt, f"%%drill {id}\n{render.solution(card)}")
    execute(client, right)
    assert f"passed: all {len(card.checks)} laws hold" in shown(right.cells[1])


@pytest.mark.parametrize("id", [of_a_track(guide.track, guide.id) for guide in GUIDES])
def test_a_guide_runs(client: NotebookClient, id: str) -> None:
    notebook = read(id)
    execute(client, notebook)
    check_what_is_shown(notebook.cells)
    assert any(is_picture(cell) for cell in notebook.cells)


def check_what_is_shown(cells: list[NotebookNode]) -> None:
    """A trap is one; a section that promises a picture has it; loading the grader says nothing."""
    by_id = {cell.id: cell for cell in cells}
    told = {id: shown(cell) for id, cell in by_id.items() if cell.cell_type == "code"}
    assert told["check"] == ""
    for id, text in told.items():
        assert not id.startswith("trap-") or text.startswith("Trap: "), id
    promised = [id for id in told if id.startswith("a-picture")]
    assert not promised or any(is_picture(by_id[id]) for id in promised)


def is_picture(cell: NotebookNode) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))


def test_there_is_a_test_for_every_notebook() -> None:
    found = {
        path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.ipynb")
    }
    assert found == {card.id for card in EVERY} | {guide.id for guide in GUIDES}
