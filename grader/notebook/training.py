"""Words for training on real text: the text, whose solutions are put to work, and their optimizer.

A learner's file runs in the kernel only after the judge has passed that very text.
"""

from __future__ import annotations

import html
import importlib
import linecache
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from grader.judge import catalogue, source
from grader.judge.catalogue import Card
from grader.notebook.live import watch
from grader.notebook.service import JudgeLost, service
from grader.views.workspace import Workspace, shown

__all__ = ("Parts", "Scheduled", "documentation", "parts", "steps", "watch")

STEPS = "UNAIDED_TRAINING_STEPS"
HELD_OUT = 12  # one in so many topics is kept from the model
YOURS, REFERENCE = "yours", "reference"


def steps(usual: int) -> int:
    """How many steps to train: the usual number, or what UNAIDED_TRAINING_STEPS says.

    Raises ValueError where that is no whole number above 0.
    """
    said = os.environ.get(STEPS, "").strip()
    if not said:
        return usual
    if not said.isdecimal() or int(said) < 1:
        raise ValueError(f"{STEPS} is {said!r}; set it to a whole number above 0, or unset it.")
    return int(said)


def documentation() -> tuple[str, str]:
    """Text that comes with Python, for training and held out: the help on its language.

    Topics quote each other, so a paragraph is kept only where it first stands: nothing that is
    held out stands in the training text. The text differs a little between versions of Python.
    """
    try:
        topics = importlib.import_module("pydoc_data.topics").topics
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"This Python, {sys.executable}, comes without `pydoc_data`, which we train on. "
            "Take a Python with its complete standard library (on Debian, the package python3).",
            name=error.name,
        ) from None
    seen: set[str] = set()
    apart = [_unseen(topics[name], seen) for name in sorted(topics)]
    held_out = apart[HELD_OUT // 2 :: HELD_OUT]
    training = [text for at, text in enumerate(apart) if at % HELD_OUT != HELD_OUT // 2]
    return "".join(training), "".join(held_out)


def _unseen(text: str, seen: set[str]) -> str:
    """A topic without the paragraphs that were seen before; notes those that it has."""
    every = dict.fromkeys(p.strip("\n") for p in text.split("\n\n") if p.strip())
    kept = [p for p in every if p not in seen]
    seen.update(kept)
    return "".join(f"{p}\n\n" for p in kept)


@dataclass(frozen=True)
class Part:
    """A solution to be put to work: whose it is, and why."""

    id: str
    solution: Any
    whose: str
    why: str


@dataclass(frozen=True)
class Parts:
    """Solutions in the order in which they were asked for. Shown, they say whose they are."""

    every: tuple[Part, ...]

    def __iter__(self) -> Iterator[Any]:
        """The solutions themselves."""
        return (part.solution for part in self.every)

    def __repr__(self) -> str:
        wide = max(len(part.id) for part in self.every)
        rows = [f"{part.id:<{wide}}  {part.whose:<9}  {part.why}" for part in self.every]
        return "\n".join([*rows, self._summary()])

    def _repr_html_(self) -> str:
        cells = [(part.id, part.whose, part.why) for part in self.every]
        rows = "".join(
            f'<tr><td style="text-align:left"><code>{id}</code></td>'
            f'<td style="text-align:left">{f"<b>{whose}</b>" if whose == YOURS else whose}</td>'
            f'<td style="text-align:left">{html.escape(why)}</td></tr>'
            for id, whose, why in cells
        )
        return f"<table><tbody>{rows}</tbody></table><p>{self._summary()}</p>"

    def _summary(self) -> str:
        count = sum(part.whose == YOURS for part in self.every)
        return f"{count} of {len(self.every)} are yours."


def parts(*ids: str) -> Parts:
    """The learner's solutions of these exercises where their files pass, else the reference's.

    Each file under `exercises/` that is written is graded now. LookupError for an unknown id.
    """
    return Parts(tuple(_part(catalogue.find(id)) for id in ids))


def _part(card: Card) -> Part:
    found = Workspace.find()
    if found is None:
        return _of_the_page(card, "there is no practice folder here")
    path = found.path(card)
    if found.state(card) != "written":
        return _of_the_page(card, f"{shown(path)} is not written yet")
    text = source.read(path)
    if isinstance(text, source.Problem):
        return _of_the_page(card, f"{shown(path)} cannot be read: {text.says}")
    try:
        report, _ = service().grade(card.id, text, [])
    except JudgeLost as error:
        return _of_the_page(card, f"{shown(path)} could not be graded: {error}")
    if not report.passed:
        return _of_the_page(card, f"{shown(path)} does not pass yet ({report.verdict})")
    try:
        return Part(card.id, _loaded(card, path, text), YOURS, f"{shown(path)} passes")
    except Exception as error:
        why = f"{shown(path)} passes, but does not load here: {type(error).__name__}: {error}"
        return _of_the_page(card, why)


def _of_the_page(card: Card, why: str) -> Part:
    return Part(card.id, catalogue.load(card).reference, REFERENCE, why)


def _loaded(card: Card, path: Path, text: str) -> Any:
    """What a text that has passed defines; the file itself may have changed since it was read."""
    name = f"drill_{card.id.replace('/', '_')}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses look their module up
    linecache.cache[str(path)] = (len(text), None, text.splitlines(True), str(path))
    exec(compile(text, str(path), "exec", dont_inherit=True), vars(module))
    return vars(module)[card.entry]


class Scheduled(torch.optim.Optimizer):
    """An optimizer that clips first, and takes each of its steps at a rate of its own.

    That an optimizer's rate may change need not be in its contract. AdamW's whole update, decay
    included, is its rate times something in which the rate does not occur. So each step is taken at
    the rate `largest`, and then only the fraction rate / largest of the way is gone.

    inner: an optimizer of the same parameters, made with the rate `largest`. rate: gives the rate
    of the step 1, 2, ... clip: cuts the gradients in place and gives their norm. `norm` is the last
    step's, and `last_rate` its rate.
    """

    def __init__(
        self,
        parameters: Iterable[torch.nn.Parameter],
        inner: Any,
        largest: float,
        rate: Callable[[int], float],
        clip: Callable[[list[torch.nn.Parameter]], Any],
    ) -> None:
        super().__init__(parameters, {"lr": largest})
        self.inner, self.largest, self.rate, self.clip = inner, largest, rate, clip
        self.taken = 0
        self.norm = self.last_rate = 0.0

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Clip, let the inner optimizer step, go the part of the way; all of it or nothing."""
        every = [p for group in self.param_groups for p in group["params"]]
        before = [p.clone() for p in every]
        rate = self.rate(self.taken + 1)
        try:
            self.norm = float(self.clip(every))
            self.inner.step()
            for p, old in zip(every, before, strict=True):
                p.copy_(old.lerp(p, rate / self.largest))
        except BaseException:  # interrupted: weights that have moved too far would stay
            for p, old in zip(every, before, strict=True):
                p.copy_(old)
            raise
        self.taken, self.last_rate = self.taken + 1, rate
