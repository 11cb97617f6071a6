"""Speed, as ratios within one run: `make bench`.

These machines are noisy, so every figure stands beside `python -c "import torch"`, taken in turn
with it, and medians are compared.
"""

from __future__ import annotations

import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.judge import catalogue, render

ROUNDS = 7
WARM_ROUNDS = 5


def main() -> None:
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        files = solutions(Path(folder))
        console.print(cold(files["attention/causal"]))
        console.print(warm(files))
        console.print(in_a_notebook(files))
        console.print(light())


def solutions(folder: Path) -> dict[str, Path]:
    """Each exercise's reference as a learner's file."""
    found = {}
    for card in catalogue.cards():
        path = folder / f"{card.id}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(render.solution(card), encoding="utf-8")
        found[card.id] = path
    return found


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cold(file: Path) -> Table:
    """A whole command from nothing, against importing torch alone."""
    python = sys.executable
    commands = {
        'python -c "import torch"': [python, "-c", "import torch"],
        "drill grade, right": [python, "-m", "grader", "grade", "attention/causal", str(file)],
        "pytest, right": [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", laid(file)],
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(timed(command))
    walls = {name: statistics.median(wall for wall, _ in t) for name, t in times.items()}
    cpus = {name: statistics.median(cpu for _, cpu in t) for name, t in times.items()}
    table = Table("cold", "wall", "x torch", "CPU", "x torch", title="From nothing to a verdict")
    first = next(iter(commands))
    for name in commands:
        wall, cpu = walls[name], cpus[name]
        ratios = f"{wall / walls[first]:.2f}", f"{cpu / cpus[first]:.2f}"
        table.add_row(name, f"{wall:.2f} s", ratios[0], f"{cpu:.2f} s", ratios[1])
    return table


def laid(file: Path) -> str:
    """The same file in a learner's folder, as the pytest plugin wants it."""
    target = file.parents[1] / "exercises" / "attention" / "causal.py"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(file.read_bytes())
    return str(target)


def warm(files: dict[str, Path]) -> Table:
    """One process that grades file after file: right ones, then one that fails, each exercise."""
    import torch  # noqa: F401

    gc.freeze()
    from grader.bench.start import starter

    bench = starter(catalogue.folders())
    from grader.judge.run import Judge

    judge = Judge(bench)
    table = Table("warm", "right", "failing", "failing / right", title="Each further file")
    right_times, ratios = [], []
    for card in catalogue.cards():
        wrong = broken(card, judge, files[card.id])
        right = median(lambda c=card: judge.grade(c, files[c.id]))
        failing = median(lambda c=card, w=wrong: judge.grade(c, w))
        right_times.append(right)
        ratios.append(failing / right)
        table.add_row(card.id, *row(right, failing))
    middle = statistics.median(right_times)
    table.add_row("median", f"{middle:.0f} ms", "", f"{statistics.median(ratios):.2f}")
    bench.close()
    return table


def row(right: float, failing: float) -> tuple[str, str, str]:
    return f"{right:.0f} ms", f"{failing:.0f} ms", f"{failing / right:.2f}"


def broken(card: catalogue.Card, judge: object, file: Path) -> Path:
    """The reference with its first swapped mistake, as a file."""
    from grader.judge.run import Judge

    assert isinstance(judge, Judge)
    text = file.read_text(encoding="utf-8")
    for swap in judge.page(card).exercise.swaps.values():
        changed = text
        for old, new in swap.items():
            changed = changed.replace(old, new)
        if changed != text:
            path = file.with_name(f"{file.stem}_wrong.py")
            path.write_text(changed, encoding="utf-8")
            return path
    raise SystemExit(f"{card.id} has no mistake that is a swap")


def median(do: Callable[[], object]) -> float:
    """Milliseconds, after one round that warms up."""
    times = []
    for _ in range(WARM_ROUNDS + 1):
        began = time.perf_counter()
        do()
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times[1:])


def in_a_notebook(files: dict[str, Path]) -> Table:
    """The second verdict on a cell, through the process that a kernel asks."""
    from grader.notebook.service import Service

    judge = Service()
    texts = {id: path.read_text(encoding="utf-8") for id, path in files.items()}
    times = {id: median(lambda i=id, t=text: judge.grade(i, t, [])) for id, text in texts.items()}
    judge.stop()
    table = Table("%%drill", "right", title="Each further verdict in a notebook")
    table.add_row("median", f"{statistics.median(times.values()):.0f} ms")
    slowest = max(times, key=times.__getitem__)
    table.add_row(f"slowest, {slowest}", f"{times[slowest]:.0f} ms")
    return table


def light() -> Table:
    """Commands that do not grade."""
    table = Table("command", "wall", "python alone", title="Without torch")
    python = sys.executable
    bare = statistics.median(timed([python, "-c", "pass"])[0] for _ in range(ROUNDS))
    for words in (["--help"], ["list"], ["list", "--json"], ["show", "attention/causal"]):
        command = [python, "-m", "grader", *words]
        wall = statistics.median(timed(command)[0] for _ in range(ROUNDS))
        table.add_row(f"drill {' '.join(words)}", f"{1e3 * wall:.0f} ms", f"{1e3 * bare:.0f} ms")
    return table


if __name__ == "__main__":
    main()
