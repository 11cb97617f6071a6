"""Opening a judge, in the order that makes a cold start fast and a forked process safe."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from grader.judge import catalogue
from grader.judge.options import Options

if TYPE_CHECKING:
    from grader.judge.run import Judge


@contextlib.contextmanager
def open_judge(options: Options | None = None, fresh: bool = False) -> Iterator[Judge]:
    """A judge whose starter of processes is closed at the end.

    Imports torch, forks the zygote, and only then imports what it must not hold: hypothesis and
    the judge, and later the pages. Nothing is collected meanwhile, since nothing becomes garbage.

    fresh: start every learner's process from nothing, also where it could be forked.
    """
    with _uncollected():
        import torch  # first of all: the zygote is to have it

        gc.freeze()
        from grader.bench.start import starter

        started = starter(catalogue.folders(), fresh)
    try:
        with _uncollected():
            from grader.judge.run import Judge
        with _one_thread(torch):
            yield Judge(started, options)
    finally:
        started.close()


@contextlib.contextmanager
def _one_thread(torch: ModuleType) -> Iterator[None]:
    """Keep torch to one thread: with tensors this small, waiting for a second one is all it does,
    some 10 ms a call on a busy machine.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector out of large imports; what they made is never looked at again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
