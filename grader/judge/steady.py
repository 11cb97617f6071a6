"""Drawing that depends on the seed alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from hypothesis.internal.conjecture import providers


@contextlib.contextmanager
def steadily() -> Iterator[None]:
    """Keep hypothesis from drawing constants that it finds in whatever modules are loaded.

    With them an exercise gets other cases after another page was imported, or when installed; the
    search takes 0.1 s and more, and leaves a folder `.hypothesis` where the learner works. It has
    no switch. Where a version of hypothesis has no such search, nothing is done.
    """
    module: Any = providers
    search = getattr(module, "_get_local_constants", None)
    if search is None:
        yield
        return
    none = module.Constants()
    module._get_local_constants = lambda: none
    _forget(module)
    try:
        yield
    finally:
        module._get_local_constants = search
        _forget(module)


def _forget(module: Any) -> None:
    """Empty the table of constants that suit a draw: it holds those of modules too."""
    with contextlib.suppress(AttributeError):
        module.CONSTANTS_CACHE.cache.clear()
