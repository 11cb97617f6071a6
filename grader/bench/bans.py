"""Switching off what an exercise asks to write: by name in Python, and by operator below it.

Every call is also remembered, so that catching the exception does not help.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import torch

#: The operators under a banned name: they catch every road that does not pass through Python.
OPERATORS = {
    "torch.nn.functional.scaled_dot_product_attention": (
        "scaled_dot_product_attention",
        "_scaled_dot_product_attention_math",
        "_scaled_dot_product_flash_attention_for_cpu",
        "_native_multi_head_attention",
        "_transformer_encoder_layer_fwd",
    ),
    "torch.nn.functional.cross_entropy": ("cross_entropy_loss",),
    "torch.nn.functional.nll_loss": ("nll_loss_forward", "nll_loss2d_forward"),
    "torch.optim.AdamW": ("_fused_adamw_", "_fused_adam_"),
}


class Shortcut(BaseException):
    """The learner's code called something that the exercise asks to write."""


def install(names: Iterable[str], on_use: Callable[[str], None]) -> list[Any]:
    """Make each dotted name raise `Shortcut` when it is called. Keep what is returned alive."""
    keep = []
    for name in names:
        _patch(name, on_use)
        for operator in OPERATORS.get(name, ()):
            keep += _switch_off(operator, name, on_use)
    return keep


def _refusal(name: str, on_use: Callable[[str], None]) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        on_use(name)
        raise Shortcut(name)

    return refuse


def _patch(name: str, on_use: Callable[[str], None]) -> None:
    owner, leaf = _owner(name, on_use)
    target = getattr(owner, leaf, None)
    if isinstance(target, type):
        target.__init__ = _refusal(name, on_use)  # type: ignore[misc]
    elif target is not None:
        setattr(owner, leaf, _refusal(name, on_use))


def _owner(name: str, on_use: Callable[[str], None]) -> tuple[Any, str]:
    """The module or class that holds the last part of a dotted name.

    A module that torch has not imported by itself is not imported for this (some take a second):
    an empty one stands in for it.
    """
    path, _, leaf = name.rpartition(".")
    parent, _, last = path.rpartition(".")
    if path in sys.modules:
        return sys.modules[path], leaf
    if parent in sys.modules and hasattr(sys.modules[parent], last):
        return getattr(sys.modules[parent], last), leaf
    empty = sys.modules[path] = ModuleType(path)
    setattr(empty, leaf, _refusal(name, on_use))
    return ModuleType(path), leaf


def _switch_off(operator: str, name: str, on_use: Callable[[str], None]) -> list[Any]:
    libraries = []
    for key in ("CPU", "AutogradCPU"):
        library = torch.library.Library("aten", "IMPL")
        with warnings.catch_warnings(), contextlib.suppress(RuntimeError):  # no such operator
            warnings.simplefilter("ignore")  # torch warns that a kernel is overridden
            library.impl(operator, _refusal(name, on_use), key)
            libraries.append(library)
    return libraries
