"""One judge for all tests that grade in this process, opened before any page is imported."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grader.judge.run import Judge

ROOT = Path(__file__).parents[1]
JUDGE = pytest.StashKey["Judge"]()


def pytest_configure() -> None:
    """A shell starts what runs in its background deaf to Ctrl-C, and so would be what we start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Fork the zygote after collecting and before the first test, if any test here grades.

    A zygote must hold no page, so this is the moment: no test module imports one, many tests do.
    """
    chosen = any("judge" in getattr(item, "fixturenames", ()) for item in session.items)
    with contextlib.ExitStack() as stack:
        if chosen and not session.config.option.collectonly:
            from grader.judge.open import open_judge

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch's own, while it is imported
                session.config.stash[JUDGE] = stack.enter_context(open_judge())
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _history_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the tests grade out of the history of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNAIDED_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge:
    """The judge of this run."""
    return request.config.stash[JUDGE]


@pytest.fixture
def drill_in() -> Callable[..., Callable[..., str]]:
    """Makes a runner of `drill` in a folder; the runner gives what was said on either stream."""

    def runner(folder: Path, **variables: str) -> Callable[..., str]:
        def run(*words: str, status: int = 0) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "grader", *words],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            assert done.returncode == status, done.stdout + done.stderr
            return done.stdout + done.stderr

        return run

    return runner
