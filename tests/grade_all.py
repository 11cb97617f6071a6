"""Grade files as `attention/causal` with one judge, in a process of its own.

    python -m tests.grade_all SECONDS FRESH FILE ...

Prints a report a line, then a line with what was left behind.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path


def main(seconds: str, fresh: str, files: list[str]) -> None:
    import gc

    import torch  # noqa: F401

    gc.freeze()
    from grader.bench.start import starter
    from grader.judge import catalogue

    before = {p.name for p in Path(tempfile.gettempdir()).iterdir()}
    bench = starter(catalogue.folders(), fresh=fresh == "fresh")
    from grader.judge.options import Options
    from grader.judge.run import Judge

    judge = Judge(bench, Options(seconds=float(seconds)))
    card = catalogue.find("attention/causal")
    for file in files:
        print(judge.grade(card, Path(file)).to_json(), flush=True)
    isolated = bench.isolated
    bench.close()
    left = sorted({p.name for p in Path(tempfile.gettempdir()).iterdir()} - before)
    print(json.dumps({"processes": _children(), "files": left, "isolated": isolated}))


def _children() -> list[str]:
    """Command lines of this process's descendants that still run."""
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        found += [Path(f"/proc/{pid}/cmdline").read_text() for pid in task.read_text().split()]
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
