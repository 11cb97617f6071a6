"""A walkthrough in a real browser: opened by `drill notebook`, run, answered wrongly, then rightly.

The browser is the system's Chromium, without a window, driven by Playwright. In CI both are there.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nbformat
import pytest

from grader.coach.doctor.labextensions import INLINE, is_ai
from grader.judge import catalogue, render
from grader.views.workspace import Workspace
from tests import labs

if TYPE_CHECKING:
    from playwright.sync_api import Page

ID = "attention/causal"
CARD = catalogue.find(ID)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
HAS_PLAYWRIGHT = importlib.util.find_spec("playwright") is not None

WRONG = """\
import torch


def causal_attention(q, k, v):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    return torch.softmax(scores.masked_fill(~seen, float("-inf")), dim=-1) @ v
"""

# For the browser's console. The first makes JupyterLab give itself to the console at all.
EXPOSE = """
new MutationObserver((_, observer) => {
  const data = document.getElementById("jupyter-config-data");
  if (!data || !data.textContent.trim().endsWith("}")) return;
  observer.disconnect();
  const config = JSON.parse(data.textContent);
  data.textContent = JSON.stringify({...config, exposeAppInBrowser: true});
}).observe(document, {childList: true, subtree: true});
"""
IS_READY = """
() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle"
"""
GO = """
id => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === id);
  notebook.scrollToItem(notebook.activeCellIndex, "smart");
}
"""
# How the notebook is: cells by their ids.
STATE = """
() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const cells = panel.content.widgets.map(cell => cell.model);
  const code = cells.filter(cell => cell.type === "code");
  return {
    idle: panel.sessionContext.session.kernel.status === "idle",
    waiting: code.filter(cell => cell.executionState === "running").map(cell => cell.id),
    unrun: code.filter(cell => !cell.executionCount).map(cell => cell.id),
    failed: code.filter(
      cell => cell.outputs.toJSON().some(output => output.output_type === "error")
    ).map(cell => cell.id),
  };
}
"""

pytestmark = [
    pytest.mark.xdist_group("lab"),
    pytest.mark.filterwarnings("default"),  # asyncio's, of Playwright
    pytest.mark.skipif(os.name != "posix", reason="the command is interrupted by a signal"),
    pytest.mark.skipif(
        BROWSER is None, reason="there is no Chromium here (Debian: apt-get install chromium)"
    ),
    pytest.mark.skipif(
        not HAS_PLAYWRIGHT, reason="there is no Playwright here (pip install -e '.[browser]')"
    ),
]


@dataclass
class Seat:
    """Someone before a browser, and what the browser asked for and complained of."""

    page: Page
    practice: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def run(self, command: str) -> None:
        """One of JupyterLab's commands, as its menus give them."""
        self.page.evaluate("id => { window.jupyterapp.commands.execute(id); }", command)

    def go(self, cell: str) -> None:
        """To a cell, by its id."""
        self.page.evaluate(GO, cell)
        self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").wait_for()

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(STATE)
        return found

    def wait_until(self, holds: Any, seconds: float = 180) -> None:
        """Wait until the notebook's state is such."""
        end = time.monotonic() + seconds
        while not holds(self.state()):
            assert time.monotonic() < end, self.state()
            time.sleep(0.1)

    def type_into(self, cell: str, text: str) -> None:
        """Replace what stands in a cell."""
        self.go(cell)
        self.page.locator(".jp-Cell.jp-mod-active .cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def answer(self, text: str) -> str:
        """Write a solution, run the cell, and read the verdict below it."""
        self.type_into("attempt", f"%%drill {ID}\n{text}")
        before = self.count()
        self.page.keyboard.press("Control+Enter")
        self.wait_until(lambda state: self.count() != before and state["idle"])
        verdict = self.page.locator(".jp-Cell.jp-mod-active .drill-verdict")
        verdict.wait_for(timeout=60_000)
        return " ".join(verdict.inner_text().split())

    def count(self) -> int | None:
        """The number in brackets beside the learner's cell; None while it runs."""
        found: int | None = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
               .find(cell => cell.model.id === "attempt").model.executionCount"""
        )
        return found


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """Someone who has started the command and opened its address."""
    from playwright.sync_api import sync_playwright

    practice = tmp_path_factory.mktemp("practice")
    Workspace(practice).lay(CARD)
    python = labs.environment(tmp_path_factory.mktemp("environment"))
    with labs.running(practice, ID, python=python) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        found = Seat(page, practice)
        page.on("request", lambda request: found.asked.append(request.url))
        page.on("websocket", lambda socket: found.asked.append(socket.url))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.add_init_script(EXPOSE)
        page.goto(lab.url)
        page.wait_for_function(IS_READY, timeout=labs.PATIENCE * 1000)
        yield found
        browser.close()
        assert lab.interrupt()[0] == 0
    if Path("/proc/self").exists():
        assert labs.processes(practice) == set()  # nor the judge of the notebook


def test_a_walkthrough_runs_from_top_to_bottom(seat: Seat) -> None:
    seat.run("notebook:run-all-cells")
    seat.wait_until(lambda state: state["idle"] and not state["waiting"] + state["unrun"])
    assert seat.state()["failed"] == []
    seat.go("a-picture-code")
    picture = seat.page.locator(".jp-Cell.jp-mod-active img")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 200")
    seat.go("attempt")
    verdict = seat.page.locator(".jp-Cell.jp-mod-active .drill-verdict")
    assert "causal_attention is not written yet" in " ".join(verdict.inner_text().split())


def test_a_wrong_solution_is_told_its_mistake_and_a_right_one_passes(seat: Seat) -> None:
    told = seat.answer(WRONG)
    assert "result is 1 at [0, 0], not 0.731059" in told
    assert "Top left aligned. Your mask counts from the first key" in told
    assert "5 of 8 laws hold" in told
    told = seat.answer(render.solution(CARD))
    assert f"{ID} passed: all 8 laws hold" in told
    assert "smallest input" not in told


def test_the_verdict_fits_into_a_narrow_window(seat: Seat) -> None:
    seat.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    seat.page.set_viewport_size({"width": 480, "height": 900})
    try:
        assert "Top left aligned" in seat.answer(WRONG)
        verdict = seat.page.locator(".jp-Cell.jp-mod-active .drill-verdict")
        wide, room = verdict.evaluate("box => [box.scrollWidth, box.clientWidth]")
        assert wide <= room
        named = verdict.get_by_text("Top left aligned").bounding_box()
        assert named is not None
        assert named["width"] > 60
        assert named["x"] + named["width"] < 480
    finally:
        seat.page.set_viewport_size({"width": 1280, "height": 900})


def test_what_was_written_is_saved_in_the_learners_copy(seat: Seat) -> None:
    seat.answer(WRONG)
    seat.run("docmanager:save")
    path = seat.practice / "notebooks" / f"{ID}.ipynb"
    end = time.monotonic() + 30
    while WRONG.strip() not in written(path) and time.monotonic() < end:
        time.sleep(0.1)
    assert written(path) == f"%%drill {ID}\n{WRONG}"


def written(path: Path) -> str:
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    return next(str(cell.source) for cell in cells if cell.id == "attempt")


def test_nothing_offers_code_while_one_types(seat: Seat) -> None:
    plugins = seat.page.evaluate("() => window.jupyterapp.listPlugins()")
    assert len(plugins) > 100
    assert [id for id in plugins if id in INLINE or is_ai(id)] == []
    assert not seat.page.evaluate(
        "() => window.jupyterapp.commands.listCommands().some(id => id.startsWith('inline-comp'))"
    )
    # An extension that nobody knows is there, so that of AI would be too, were it not left out.
    assert seat.page.evaluate("() => window.activated") == [labs.STRANGE]
    seat.type_into("attempt", f"%%drill {ID}\nimport torch\n")
    seat.page.keyboard.type("def causal_attention(q, k, v", delay=20)
    time.sleep(1)
    assert seat.page.locator(".jp-GhostText, .jp-InlineCompleter").count() == 0


def test_the_menus_cannot_switch_it_on_again(seat: Seat) -> None:
    plugins = seat.page.evaluate(
        """async () => {
          const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
          const answer = await fetch(config.fullLabextensionsUrl.replace(
            "/lab/extensions", "/lab/api/plugins"));
          return await answer.json();
        }"""
    )
    assert not plugins["allLocked"]
    assert set(INLINE) | {labs.AI} <= set(plugins["lockRules"])


def test_no_request_leaves_this_machine(seat: Seat) -> None:
    assert len(seat.asked) > 100
    hosts = {urlsplit(url).hostname for url in seat.asked if re.match(r"(https?|wss?):", url)}
    assert hosts == {"127.0.0.1"}
    assert seat.complaints == []
