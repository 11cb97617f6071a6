"""The kernel's end of the judge: starts its process, asks, and starts it again when it is lost."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from grader.report import Check, Report

ROOT = Path(__file__).resolve().parents[2]
_CODE = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.notebook.serve import main; main()"
)


class JudgeLost(RuntimeError):
    """The judge's process ended or failed; the message says why, and what to do."""


class Service:
    """A judge in a process of its own; one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._complaints: IO[bytes] | None = None

    def start(self) -> None:
        """Start the process, if none runs. Returns at once: torch is imported meanwhile."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()  # one that ended meanwhile leaves its pipes
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
            # In a session of its own, for interrupting a cell signals the kernel's whole group.
            start_new_session=os.name == "posix",
        )

    def grade(self, id: str, text: str, only: list[str]) -> tuple[Report, list[str]]:
        """The report on a solution's text, and the lines that it printed."""
        answer = self._ask({"id": id, "text": text, "only": only})
        return Report.from_dict(answer["report"]), answer["printed"]

    def trap(self, id: str, mistake: str) -> tuple[Check, str]:
        """What a mistake of a page fails on, and the words that name it."""
        answer = self._ask({"id": id, "mistake": mistake})
        return Check(**answer["check"]), answer["says"]

    def stop(self) -> None:
        """End the process, and with it all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, self._complaints):
            with contextlib.suppress(OSError):  # a line that was left to send
                if stream is not None:
                    stream.close()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.start()
            try:
                line = self._exchange(json.dumps(question))
            except BaseException:  # interrupted: the answer would come to the next question
                self.stop()
                raise
            if not line:
                why = self._last_words()
                self.stop()
                raise JudgeLost(f"The judge's process ended ({why}). Run the cell again.")
        answer: dict[str, Any] = json.loads(line)
        if "fault" in answer:
            says = f"The grader itself failed ({answer['fault']}). That is our fault, not yours."
            raise JudgeLost(f"{says} Please report it, with this cell.")
        return answer

    def _exchange(self, line: str) -> str:
        assert self._process and self._process.stdin and self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        return self._process.stdout.readline()

    def _last_words(self) -> str:
        assert self._process and self._complaints
        status = self._process.wait()
        self._complaints.seek(0)
        rows = self._complaints.read().decode("utf-8", "replace").split("\n")
        return next((row.strip() for row in reversed(rows) if row.strip()), f"status {status}")


@functools.cache
def service() -> Service:
    """The one judge of this kernel."""
    one = Service()
    atexit.register(one.stop)
    return one
