"""Training on real text: whose solutions do it, what they see, and how it ends when interrupted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.judge import catalogue, render
from grader.notebook import guides
from grader.notebook.live import _smooth, watch
from grader.notebook.service import service
from grader.notebook.training import Scheduled, documentation, parts, steps

HERE = Path(__file__).parent
NOTEBOOK = HERE.parent / "notebooks" / "training" / "real_text.ipynb"
RIGHT, WRONG = "training/adamw", "training/clip_grad"
SEEN = "import builtins\n\nbuiltins.seen_in_the_kernel = True\n\n"
PROOF = """\
import builtins
print(AdamW.__init__.__code__.co_filename)
print(hasattr(builtins, "seen_in_the_kernel"))
"""
# torch and zmq have warnings of their own; a socket of nbclient's is closed when it is collected.
pytestmark = [
    pytest.mark.xdist_group("notebook"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module", autouse=True)
def _stops_at_the_end() -> Iterator[None]:
    yield
    service().stop()


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """A practice folder with a file that passes, one that does not, and one that is a stub."""
    lay(tmp_path, RIGHT, one_of("right", RIGHT))
    lay(tmp_path, WRONG, SEEN + one_of("wrong", WRONG))
    lay(tmp_path, "training/evaluate", render.stub(catalogue.find("training/evaluate")))
    return tmp_path


def one_of(kind: str, id: str) -> str:
    """The first of our files of a kind."""
    return min((HERE / kind / id).glob("*.py")).read_text(encoding="utf-8")


def lay(folder: Path, id: str, text: str) -> Path:
    path = folder / "exercises" / f"{id}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read() -> NotebookNode:
    return nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)


def shown(cell: NotebookNode) -> str:
    """What a cell shows as text; it must not complain."""
    kinds = {output.get("name", output.output_type) for output in cell.outputs}
    assert kinds <= {"execute_result", "display_data", "stdout"}, (cell.id, cell.outputs)
    return "\n".join(
        output.get("text", "") or output["data"]["text/plain"] for output in cell.outputs
    )


def test_the_committed_notebook_is_current_and_holds_no_output() -> None:
    guide = next(guide for guide in guides.guides() if guide.id == "training/real_text")
    assert list(guides.problems(guide, catalogue.cards())) == []
    found = read()
    nbformat.validate(found)
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_it_trains_with_what_passes_and_says_whose_it_is(
    practice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNAIDED_TRAINING_STEPS", "12")
    notebook = read()
    notebook.cells.append(new_code_cell(PROOF, id="proof"))
    cells = {cell.id: cell for cell in notebook.cells}
    where = {"metadata": {"path": str(practice)}}
    NotebookClient(notebook, timeout=120, resources=where).execute()

    team = shown(cells["who-does-the-work-code"])
    assert re.search(r"training/adamw +yours +exercises/training/adamw.py passes", team)
    assert "exercises/training/clip_grad.py does not pass yet (failed)" in team
    assert "exercises/training/evaluate.py is not written yet" in team
    assert len(re.findall(r"\breference\b", team)) == 7
    assert "1 of 8 are yours." in team
    path, was_seen = shown(cells["proof"]).split()
    assert path == str(practice / "exercises" / "training" / "adamw.py")
    assert was_seen == "False", "code that does not pass ran in the kernel"

    before, after = map(float, re.findall(r"loss ([\d.]+)", shown(cells["training-code-2"])))
    assert 4.5 < before < 5.2
    assert after < before - 1
    bar, picture = cells["training-code"].outputs
    assert "step 12 of 12" in bar.data["text/plain"]
    assert '<progress value="12" max="12"' in bar.data["text/html"]
    assert "loss curve: training" in picture.data["text/plain"]
    assert "image/png" in picture.data
    samples = re.findall(r"^The statement .{40}", shown(cells["it-writes-code"]), re.M | re.S)
    assert len(samples) == 3
    assert "image/png" in cells["it-writes-code-2"].outputs[0].data


@pytest.mark.skipif(os.name != "posix", reason="interrupts are those of Linux")
def test_stopping_it_keeps_what_was_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNAIDED_TRAINING_STEPS", "1000000")
    code = {cell.id: cell.source for cell in read().cells if cell.cell_type == "code"}
    # Once the rate has risen: over so many steps the notebook's own would take all day.
    training = code["training-code"].replace("STEPS // 20", "3")
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    said: list[str] = []

    def run(source: str) -> str:
        """Run a cell, and press stop once it has trained for some steps; how it ended."""
        pressed = False

        def see(message: dict[str, Any]) -> None:
            nonlocal pressed
            said.append(_text(message["content"]))
            found = re.match(r"\S+ step (\d+) of", said[-1])
            if found and int(found[1]) >= 8 and not pressed:
                pressed = True
                manager.interrupt_kernel()

        reply = client.execute_interactive(source, output_hook=see, timeout=120)
        return str(reply["content"]["status"])

    try:
        for id in ("check", "who-does-the-work-code", "the-text-code", "the-model-code"):
            assert run(code[id]) == "ok", said
        assert run(code["before-code"]) == "ok"
        assert run(training) == "ok"
        assert any("stopped here, and what was trained is kept" in text for text in said)
        said.clear()
        run("print('stopped', run.stopped, run.done, optimizer.taken)")
        assert run(code["training-code-2"]) == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    _, stopped, done, taken = next(text for text in said if text.startswith("stopped")).split()
    assert stopped == "True"
    assert int(done) >= 8
    assert int(taken) - int(done) in (0, 1)  # stopped after an update, or within one
    before, after = map(float, re.findall(r"loss ([\d.]+)", "".join(said)))
    assert after < before


def _text(content: dict[str, Any]) -> str:
    return str(content.get("text", "") or content.get("data", {}).get("text/plain", ""))


def test_a_step_at_a_rate_is_that_of_an_optimizer_whose_rate_is_set() -> None:
    """Over many steps, with decay and clipping, on a right AdamW that hides its rate."""
    import torch

    names: dict[str, Any] = {}
    exec((HERE / "right" / RIGHT / "through_data.py").read_text(encoding="utf-8"), names)
    ours, theirs = (torch.nn.Linear(3, 2, dtype=torch.float64) for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    options = {"lr": 0.5, "betas": (0.5, 0.75), "weight_decay": 0.25}

    def rate(step: int) -> float:
        return 0.5 / step if step % 3 else 0.0

    clip = torch.nn.utils.clip_grad_norm_
    inner = names["AdamW"](ours.parameters(), **options)
    scheduled = Scheduled(ours.parameters(), inner, 0.5, rate, lambda ps: clip(ps, 0.1))
    plain = torch.optim.AdamW(theirs.parameters(), **options)
    for step in range(1, 20):
        x = torch.randn(4, 3, dtype=torch.float64)
        for model, optimizer in ((ours, scheduled), (theirs, plain)):
            optimizer.zero_grad()
            model(x).square().sum().backward()
        norm = float(clip(theirs.parameters(), 0.1))
        plain.param_groups[0]["lr"] = rate(step)
        plain.step()
        scheduled.step()
        assert scheduled.norm == pytest.approx(norm)
        assert scheduled.last_rate == rate(step)
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-12)


def test_an_interrupted_step_moves_nothing() -> None:
    import torch

    class Interrupted:
        def step(self) -> None:
            with torch.no_grad():
                weight.add_(1)
            raise KeyboardInterrupt

    weight = torch.nn.Parameter(torch.zeros(3))
    scheduled = Scheduled([weight], Interrupted(), 1.0, lambda _: 1.0, lambda _: 0.0)
    with pytest.raises(KeyboardInterrupt):
        scheduled.step()
    assert weight.tolist() == [0, 0, 0]
    assert scheduled.taken == 0


def test_without_a_display_training_is_told_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(200) as run:
        for step in run:
            run.add(loss=1 / step)
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 11
    assert "step 0 of 200" in rows[0]
    assert "step 100 of 200" in rows[5]
    assert "step 200 of 200" in rows[10]
    assert rows[10].endswith("loss 0.005")
    assert run.values["loss"][:2] == [(1, 1.0), (2, 0.5)]
    assert (run.done, run.stopped) == (200, False)
    assert run.curve().says == "loss curve: training 1.00 to 0.01"


def test_interrupted_training_goes_on_after_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(200) as run:
        for step in run:
            if step == 33:
                raise KeyboardInterrupt
    assert (run.done, run.stopped) == (32, True)
    assert "step 32 of 200" in capsys.readouterr().out.splitlines()[-1]
    with pytest.raises(ZeroDivisionError), watch(10) as run:
        for _ in run:
            run.add(loss=1 / 0)
    assert not run.stopped


def test_the_running_mean_is_fair_from_the_first_step_on() -> None:
    assert _smooth((3.0, 3.0, 3.0)) == pytest.approx([3.0, 3.0, 3.0])
    assert _smooth((1.0, 0.0), share=0.5) == pytest.approx([1.0, 1 / 3])


def test_nothing_held_out_stands_in_the_training_text() -> None:
    training, held_out = documentation()
    assert len(training) > 200_000
    assert 5_000 < len(held_out) < len(training) / 5
    known = set(training.split("\n\n"))
    assert not known & {paragraph for paragraph in held_out.split("\n\n") if paragraph.strip()}
    assert documentation() == (training, held_out)


@pytest.mark.parametrize("said", ["0", "-3", "many", "1.5"])
def test_a_number_of_steps_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("UNAIDED_TRAINING_STEPS", said)
    with pytest.raises(ValueError, match=f"UNAIDED_TRAINING_STEPS is '{said}'; set it to"):
        steps(10)
    monkeypatch.setenv("UNAIDED_TRAINING_STEPS", " 7 ")
    assert steps(10) == 7
    monkeypatch.delenv("UNAIDED_TRAINING_STEPS")
    assert steps(10) == 10


def test_a_file_that_passes_and_does_not_load_here_is_told(
    practice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has looked at something that is otherwise in a notebook."""
    monkeypatch.chdir(practice)
    text = "import sys\n\nif 'nbformat' in sys.modules:\n    raise OSError('not <here>')\n\n"
    lay(practice, RIGHT, text + one_of("right", RIGHT))
    found = parts(RIGHT)
    says = "exercises/training/adamw.py passes, but does not load here: OSError: not <here>"
    assert says in repr(found)
    assert "OSError: not &lt;here&gt;" in found._repr_html_()
    assert next(iter(found)) is catalogue.load(catalogue.find(RIGHT)).reference
    assert "0 of 1 are yours." in repr(found)


def test_without_a_practice_folder_all_is_the_references(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "training/adamw  reference  there is no practice folder here" in repr(parts(RIGHT))
