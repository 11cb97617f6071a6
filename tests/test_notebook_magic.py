"""`%%drill` and `%drill` in an IPython shell, and the judge's process behind them."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from grader.judge import catalogue, render
from grader.notebook import trap
from grader.notebook.service import JudgeLost, Service, service
from grader.views.workspace import Workspace

ID = "attention/causal"
CARD = catalogue.find(ID)
RIGHT = render.solution(CARD)
WRONG = RIGHT.replace("arange(tk - tq, tk,", "arange(0, tq,")
LOOPING = "import torch\n\n\ndef causal_attention(q, k, v):\n    while True:\n        pass\n"
FLOODING = "def causal_attention(q, k, v):\n    while True:\n        print('drowned')\n"
DYING = "import os\n\n\ndef causal_attention(q, k, v):\n    os.kill(os.getpid(), 9)\n"

pytestmark = pytest.mark.xdist_group("notebook")  # one judge's process for all


@dataclass
class Shown:
    """What running a cell showed: bundles by type, and what went wrong."""

    data: list[dict[str, str]]
    errors: str
    failed: bool

    @property
    def text(self) -> str:
        return "\n".join(bundle["text/plain"] for bundle in self.data)


@dataclass
class Notebook:
    """An IPython shell with the extension loaded."""

    shell: InteractiveShell

    def run(self, cell: str) -> Shown:
        with capture_output() as seen:
            result = self.shell.run_cell(cell)
        data = [output.data for output in seen.outputs]
        return Shown(data, seen.stderr + seen.stdout, not result.success)


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A notebook in a folder that belongs to no practice folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell takes it
    config = Config({"HistoryManager": {"enabled": False}})
    found = Notebook(InteractiveShell.instance(config=config))
    assert not found.run("%load_ext grader").failed
    yield found
    InteractiveShell.clear_instance()


@pytest.fixture(scope="module", autouse=True)
def _stops_at_the_end() -> Iterator[None]:
    yield
    service().stop()


@pytest.fixture
def practice(notebook: Notebook, tmp_path: Path) -> Workspace:
    """The practice folder that the notebook is in."""
    found = Workspace(tmp_path)
    found.lay(CARD)
    return found


def test_a_wrong_cell_is_told_the_mistake_as_html_and_as_text(notebook: Notebook) -> None:
    shown = notebook.run(f"%%drill {ID}\n{WRONG}")
    assert not shown.failed
    (bundle,) = shown.data
    for text in bundle["text/plain"], bundle["text/html"]:
        assert "Your mask counts from the first key" in text
        assert "smallest input" in text
        assert "q = [[1]]" in text
    assert "again: %%drill attention/causal --only" in bundle["text/html"]


def test_a_right_cell_passes(notebook: Notebook) -> None:
    assert "attention/causal passed: all 8 laws hold" in notebook.run(f"%%drill {ID}\n{RIGHT}").text


def test_a_stub_is_missing_and_no_exception(notebook: Notebook) -> None:
    shown = notebook.run(f"%%drill {ID}\n{render.skeleton(CARD)}")
    assert "`causal_attention` is not written yet." in shown.text
    assert not shown.failed
    assert not shown.errors


def test_a_line_is_told_by_the_number_that_the_cell_shows(notebook: Notebook) -> None:
    cell = f"%%drill {ID}\nimport torch\ndef causal_attention(q, k, v):\n    return q.nothing\n"
    assert cell.split("\n")[3] == "    return q.nothing"
    shown = notebook.run(cell)
    assert "this cell:4" in shown.text
    assert "return q.nothing" in shown.text


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(LOOPING, "timeout"), (FLOODING, "timeout"), (DYING, "crashed")],
)
def test_the_kernel_survives(notebook: Notebook, code: str, verdict: str) -> None:
    began = time.monotonic()
    shown = notebook.run(f"%%drill {ID}\n{code}")
    assert f"{ID}: {verdict}, 0 of 8" in shown.text
    assert len(shown.text) < 40_000
    assert time.monotonic() - began < 60
    assert "passed" in notebook.run(f"%%drill {ID}\n{RIGHT}").text


def test_half_a_character_is_a_verdict_and_no_fault_of_ours(own: Service) -> None:
    report, _ = own.grade(ID, "half = '\ud800'\n", [])
    assert (report.verdict, report.faults[0].says) == (
        "broken",
        "The file is not UTF-8 text; save it as UTF-8.",
    )


def test_one_check_alone(notebook: Notebook) -> None:
    shown = notebook.run(f'%%drill {ID} --only "huge scores stay finite"\n{WRONG}')
    assert "passed: 1 law holds" in shown.text
    assert "has not passed yet" in notebook.run(f"%drill solution {ID}").errors


def test_a_name_of_another_cell_is_told(notebook: Notebook) -> None:
    notebook.run("def helper(q):\n    return q")
    cell = f"%%drill {ID}\ndef causal_attention(q, k, v):\n    return helper(q)\n"
    assert "`helper` is known in the notebook, but only this cell is" in notebook.run(cell).text
    assert "known in the notebook" not in notebook.run(cell.replace("helper", "hlper")).text


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("%%drill attention/casual\nx = 1", "There is no exercise 'attention/casual'. Did you"),
        (f"%%drill {ID} --only nothing\nx = 1", "has no check 'nothing'. It has agrees_with"),
        (f"%%drill {ID}\n \n", "The cell holds no code; `%drill stub attention/causal`"),
        ("%%drill\nx = 1", "The following arguments are required: ID. Write `%%drill ID`"),
        (f"%%drill {ID} --fast\nx = 1", "Unrecognized arguments: --fast. Write"),
        ("%drill frobnicate", "There is no `%drill frobnicate`. Write"),
        ("%drill hint", "The following arguments are required: ID."),
        ("%drill status now", "`%drill status` takes nothing, not 'now'."),
        ("%drill _grade x", "There is no `%drill _grade`."),
        (f"%%drill {ID} --save\n{RIGHT}", "There is no folder `exercises` in"),
        (f'%%drill {ID} "\nx = 1', "No closing quotation"),
    ],
)
def test_wrong_use_is_one_sentence_and_no_traceback(
    notebook: Notebook, cell: str, says: str
) -> None:
    shown = notebook.run(cell)
    assert shown.failed
    assert says in shown.errors
    assert "Traceback" not in shown.errors
    assert not shown.data


def test_hints_come_one_by_one_and_then_all(notebook: Notebook) -> None:
    shown = [notebook.run(f"%drill hint {ID}").text for _ in range(4)]
    for number, hint in enumerate(CARD.hints):
        assert hint in shown[number]
        assert f"Hint {number + 1} of 3" in shown[number]
        assert hint in shown[3]
    assert CARD.hints[1] not in shown[0]


def test_hints_are_those_of_the_practice_folder(notebook: Notebook, practice: Workspace) -> None:
    practice.remember_hints(CARD, 1)
    assert CARD.hints[1] in notebook.run(f"%drill hint {ID}").text
    assert practice.hints_shown(CARD) == 2


def test_the_solution_is_locked_until_a_pass(notebook: Notebook) -> None:
    notebook.run(f"%%drill {ID}\n{WRONG}")
    shown = notebook.run(f"%drill solution {ID}")
    assert "has not passed yet; `%drill solution attention/causal --give-up`" in shown.errors
    notebook.run(f"%%drill {ID}\n{RIGHT}")
    notebook.run(f"%%drill {ID}\n{WRONG}")  # once passed is passed
    assert RIGHT in notebook.run(f"%drill solution {ID}").text


def test_giving_up_shows_the_solution(notebook: Notebook) -> None:
    assert RIGHT in notebook.run(f"%drill solution {ID} --give-up").text


def test_the_learners_file_opens_the_solution_too(notebook: Notebook, practice: Workspace) -> None:
    practice.path(CARD).write_text(WRONG)
    assert notebook.run(f"%drill solution {ID}").failed
    practice.path(CARD).write_text(RIGHT)
    assert RIGHT in notebook.run(f"%drill solution {ID}").text


def test_saving_writes_the_file_and_keeps_the_earlier_attempt(
    notebook: Notebook, practice: Workspace
) -> None:
    assert (
        "Saved to exercises/attention/causal.py."
        in notebook.run(f"%%drill {ID} --save\n{WRONG}").text
    )
    assert practice.path(CARD).read_text() == WRONG
    shown = notebook.run(f"%%drill {ID} --save\n{RIGHT}")
    assert "passed" in shown.text
    (kept,) = (practice.root / ".drill" / "attempts" / ID).iterdir()
    assert kept.read_text() == WRONG
    assert kept.name in shown.text
    assert practice.path(CARD).read_text() == RIGHT
    assert "held just this" in notebook.run(f"%%drill {ID} --save\n{RIGHT}").text


def test_without_save_no_file_is_touched(notebook: Notebook, practice: Workspace) -> None:
    before = {path: path.read_bytes() for path in practice.root.rglob("*") if path.is_file()}
    notebook.run(f"%%drill {ID}\n{RIGHT}")
    after = {path: path.read_bytes() for path in practice.root.rglob("*") if path.is_file()}
    assert after == before


def test_status_tells_what_was_graded_here(notebook: Notebook) -> None:
    assert "Nothing was graded in this notebook yet." in notebook.run("%drill status").text
    notebook.run(f"%%drill {ID}\n{WRONG}")
    notebook.run(f"%%drill {ID}\n{RIGHT}")
    assert "attention/causal: passed (2 tries)" in notebook.run("%drill").text


def test_the_stub_comes_as_a_cell(notebook: Notebook) -> None:
    notebook.run(f"%drill stub {ID}")
    assert notebook.shell.rl_next_input == f"%%drill {ID}\n{render.skeleton(CARD)}"


def test_a_trap_shows_a_mistake_failing() -> None:
    shown = trap(ID, "strict_triangle")
    assert shown.check.mistake == "strict_triangle"
    assert "Your mask hides the diagonal" in repr(shown)
    assert "Your mask hides the diagonal" in shown._repr_html_()


def test_a_trap_that_there_is_not_is_told() -> None:
    with pytest.raises(
        LookupError, match=r"names no mistake 'nothing'\. It names top_left_aligned"
    ):
        trap(ID, "nothing")


@pytest.fixture
def own() -> Iterator[Service]:
    """A judge's process for one test."""
    found = Service()
    yield found
    found.stop()


def killed(one: Service) -> None:
    """Kill the process and wait for its end, without telling the service."""
    assert one._process is not None
    one._process.kill()
    os.waitid(os.P_PID, one._process.pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no waitid on Windows")
def test_a_judge_that_ended_between_two_cells_is_started_again(own: Service) -> None:
    own.start()
    killed(own)
    assert own.grade(ID, RIGHT, [])[0].passed


def test_a_judge_that_ends_while_it_grades_is_told_and_started_again(own: Service) -> None:
    assert own.grade(ID, RIGHT, [])[0].passed
    assert own._process is not None
    timer = threading.Timer(1, own._process.kill)
    timer.start()
    with pytest.raises(JudgeLost, match=r"The judge's process ended \(.+\)\. Run the cell again"):
        own.grade(ID, LOOPING, [])  # which takes five seconds
    timer.join()
    assert own.grade(ID, RIGHT, [])[0].passed
