"""A built notebook in a real kernel of its own: run, interrupted, and ended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient

from grader.judge import catalogue, render

ROOT = Path(__file__).parents[1]
ID = "attention/causal"
CARD = catalogue.find(ID)
LOOPING = f"%%drill {ID}\ndef causal_attention(q, k, v):\n    while True:\n        pass\n"
RIGHT = f"%%drill {ID}\n{render.solution(CARD)}"
JUDGE = "from grader.notebook.service import service; print(service()._process.pid)"
# torch and zmq have warnings of their own; a socket of nbclient's is closed when it is collected.
pytestmark = [
    pytest.mark.xdist_group("notebook"),
    pytest.mark.filterwarnings("default"),
]


def test_a_walkthrough_runs_in_a_kernel_of_its_own() -> None:
    """Nothing is there that another notebook imported; test_notebook_all.py runs them all."""
    path = ROOT / "notebooks" / f"{ID}.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, resources=where).execute()
    (attempt,) = (cell for cell in notebook.cells if cell.id == "attempt")
    assert "`causal_attention` is not written yet." in attempt.outputs[0].data["text/plain"]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        run(client, "%load_ext grader")
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> str:
    """Everything that a cell shows, as plain text."""
    parts: list[str] = []

    def see(message: dict[str, Any]) -> None:
        content = message["content"]
        parts.append(content.get("text", "") or content.get("data", {}).get("text/plain", ""))

    client.execute_interactive(code, output_hook=see, timeout=60)
    return "".join(parts)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be counted does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def gone(pid: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while is_there(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_there(pid)


@pytest.mark.skipif(os.name != "posix", reason="interrupts and /proc are those of Linux")
def test_interrupting_a_cell_ends_its_grading_and_the_next_one_works(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    manager, client = kernel
    run(client, RIGHT)  # the judge is there
    first = int(run(client, JUDGE))
    asked = client.execute(LOOPING)
    message = client.get_iopub_msg(timeout=30)
    while (message["msg_type"], message["parent_header"].get("msg_id")) != ("execute_input", asked):
        message = client.get_iopub_msg(timeout=30)
    time.sleep(0.5)  # it is being graded now
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=30)
    while reply["parent_header"]["msg_id"] != asked:
        reply = client.get_shell_msg(timeout=30)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert gone(first)
    assert "passed: all 8 laws hold" in run(client, RIGHT)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc to look at")
@pytest.mark.parametrize("now", [False, True], ids=["shut down", "killed"])
def test_the_judge_ends_with_its_kernel(
    kernel: tuple[KernelManager, BlockingKernelClient], now: bool
) -> None:
    manager, client = kernel
    pid = int(run(client, JUDGE))
    assert is_there(pid)
    manager.shutdown_kernel(now=now)
    assert gone(pid)


def test_a_kernel_without_the_project_is_told_what_to_do(tmp_path: Path) -> None:
    path = ROOT / "notebooks" / f"{ID}.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    (check,) = (cell.source for cell in notebook.cells if cell.id == "check")
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        run(client, "import sys; sys.modules['grader.notebook'] = None")
        reply = client.execute_interactive(check, output_hook=lambda _: None, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["ename"] == "ModuleNotFoundError"
    assert 'pip install ".[notebook]"' in reply["content"]["evalue"]
