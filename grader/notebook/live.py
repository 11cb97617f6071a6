"""Training as one watches it: a progress bar and a loss curve that grow, or lines of text.

Interrupting ends the block and keeps what was done: in a notebook the stop button, else Ctrl-C.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from grader.notebook.drawing import Picture, blank

BAR = 0.3  # seconds between two updates of the bar
PICTURE = 2.0  # and of the curve; more where drawing is slow
SHARE = 20  # drawing takes at most one part in so many of the time
LINES = 10  # lines of text where there is no display


class watch:  # noqa: N801
    """`with watch(1000) as run: for step in run: ...; run.add(loss=...)` shows how it goes.

    `add` takes numbers by name and notes them for the present step; the names `loss` and `held_out`
    are drawn. After the block `run.curve()` draws again, `run.values["loss"]` holds pairs of step
    and value, `run.done` the number of whole steps, and `run.stopped` whether it was interrupted.
    """

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.stopped = steps, 0, False
        self.values: dict[str, list[tuple[int, float]]] = {}
        self._began = time.monotonic()
        self._seen: _Display | _Lines = _Display() if _in_a_kernel() else _Lines()

    def __enter__(self) -> watch:
        self._began = time.monotonic()
        self._seen.show(self)
        return self

    def __iter__(self) -> Iterator[int]:
        """The steps that are left, from 1 on."""
        while self.done < self.steps:
            yield self.done + 1
            self.done += 1
            self._seen.show(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool:
        self.stopped = isinstance(error, KeyboardInterrupt)
        self._seen.show(self, last=True)
        return self.stopped

    def add(self, **numbers: float) -> None:
        """Note numbers of the present step."""
        for name, value in numbers.items():
            self.values.setdefault(name, []).append((self.done + 1, float(value)))

    def bar(self) -> str:
        """How far it is, in a line."""
        spent = time.monotonic() - self._began
        full = round(20 * self.done / self.steps)
        says = [f"step {self.done} of {self.steps}", f"{_clock(spent)} so far"]
        if self.stopped:
            says.append("stopped here, and what was trained is kept")
        elif 0 < self.done < self.steps:
            says.append(f"{_clock(spent / self.done * (self.steps - self.done))} to go")
        says += [f"{_words(name)} {points[-1][1]:.3g}" for name, points in self.values.items()]
        return f"{'█' * full}{'░' * (20 - full)} {', '.join(says)}"

    def curve(self) -> Picture:
        """The loss so far: of each step in pale, their running mean, and what was held out."""
        figure = blank(6, 3.2)
        axes = figure.add_subplot()
        loss, held_out = self.values.get("loss", []), self.values.get("held_out", [])
        if loss:
            at, raw = zip(*loss, strict=True)
            axes.plot(at, raw, color="C0", alpha=0.25, linewidth=0.8)
            axes.plot(at, _smooth(raw), color="C0", label="training, running mean")
        if held_out:
            axes.plot(
                *zip(*held_out, strict=True),
                color="C1",
                marker="o",
                clip_on=False,
                label="held out",
            )
        if loss or held_out:
            axes.legend(frameon=False)
        axes.set(xlabel="step", ylabel="loss, nats a character", xlim=(0, self.steps))
        axes.grid(alpha=0.3)
        return Picture(figure, _told(loss, held_out))


class _Display:
    """A bar and a picture in a notebook, updated in place."""

    def __init__(self) -> None:
        self._handles: list[Any] = []
        self._next_bar = self._next_picture = -math.inf

    def show(self, run: watch, last: bool = False) -> None:
        now = time.monotonic()
        if last or now >= self._next_bar:
            self._put(0, _Bar(run.bar(), run.done, run.steps))
            self._next_bar = now + BAR
        if "loss" in run.values and (last or now >= self._next_picture):
            self._put(1, run.curve())
            cost = time.monotonic() - now
            self._next_picture = now + max(PICTURE, SHARE * cost)

    def _put(self, place: int, what: Any) -> None:
        from IPython.display import display

        if place < len(self._handles):
            self._handles[place].update(what)
        else:
            self._handles.append(display(what, display_id=True))


class _Lines:
    """Some lines of text, where nothing can be updated."""

    def __init__(self) -> None:
        self._said = -1

    def show(self, run: watch, last: bool = False) -> None:
        tenth = run.done * LINES // run.steps
        if tenth > self._said or (last and run.done < run.steps):
            print(run.bar(), flush=True)
            self._said = tenth


class _Bar:
    """The bar as a line of text and as HTML."""

    def __init__(self, says: str, done: int, steps: int) -> None:
        self.says, self.done, self.steps = says, done, steps

    def __repr__(self) -> str:
        return self.says

    def _repr_html_(self) -> str:
        words = self.says.partition(" ")[2]
        bar = f'<progress value="{self.done}" max="{self.steps}" style="width:12em"></progress>'
        return f'<div style="font-variant-numeric:tabular-nums">{bar} {words}</div>'


def _in_a_kernel() -> bool:
    """Whether what is displayed can be updated: in a notebook, not in a terminal."""
    try:
        from IPython.core.getipython import get_ipython
    except ModuleNotFoundError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


def _smooth(values: tuple[float, ...], share: float = 0.1) -> list[float]:
    """The running mean of values, of which old ones count less and less; fair from the first on."""
    total = weight = 0.0
    means = []
    for value in values:
        total, weight = total * (1 - share) + value, weight * (1 - share) + 1
        means.append(total / weight)
    return means


def _told(loss: list[tuple[int, float]], held_out: list[tuple[int, float]]) -> str:
    """The curve in words: where each line begins and ends."""
    lines = {"training": loss, "held out": held_out}
    ends = [f"{name} {p[0][1]:.2f} to {p[-1][1]:.2f}" for name, p in lines.items() if p]
    return f"loss curve: {', '.join(ends) or 'nothing yet'}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
