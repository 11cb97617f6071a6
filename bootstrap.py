"""Set everything up in `.venv`, then run something there: `python3 bootstrap.py drill`.

Standard library only. What is current already is left alone, which takes a fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "unaided-is-current"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "constraints.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST = (3, 11)

COMMANDS = {
    "setup": [],
    "drill": ["-m", "grader", "demo"],
    "test": ["-m", "pytest", "-n", "2", "--dist", "loadgroup"],
    "bench": ["-m", "tests.bench"],
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "."],
    "types": ["-m", "mypy"],
}


def main(arguments: list[str]) -> int:
    """Set up and run one of `COMMANDS`; gives its exit code."""
    name = arguments[0] if arguments else "setup"
    if name not in COMMANDS:
        print(f"There is no {name!r} here. Say one of: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    if sys.version_info < OLDEST:
        have, want = sys.version.split()[0], ".".join(map(str, OLDEST))
        print(f"This is Python {have}. Run it with {want} or later.", file=sys.stderr)
        return 2
    if not _is_current():
        try:
            _set_up()
        except subprocess.CalledProcessError as error:
            print(f"Setting up failed: {_shown(error.cmd)}", file=sys.stderr)
            print("See pip's message above; run the same command to go on.", file=sys.stderr)
            return 1
    if not COMMANDS[name]:
        return 0
    return subprocess.call([PYTHON, *COMMANDS[name], *arguments[1:]], cwd=ROOT)


def _is_current() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == _fingerprint()


def _fingerprint() -> str:
    """What the installed set depends on."""
    parts = [sys.version, *((ROOT / n).read_text() for n in ("pyproject.toml", "constraints.txt"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _set_up() -> None:
    print(f"Setting up {VENV.name} (once; some minutes, most of them for torch) ...", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    if not _has("torch"):
        _pip("install", *_torch_source(), "torch")
    _pip("install", "--editable", f"{ROOT}[test]")
    STAMP.write_text(_fingerprint())


def _torch_source() -> list[str]:
    """pip's options that give torch without CUDA, where there are any."""
    if not _needs_cuda([]):
        return []
    if not _needs_cuda(["--index-url", CPU_INDEX]):
        # Its dependencies come from the usual place.
        return ["--extra-index-url", CPU_INDEX, _pinned_cpu()]
    print("Only torch with CUDA can be had here: some 2.7 GB will be downloaded.", flush=True)
    return []


def _pinned_cpu() -> str:
    lines = CONSTRAINTS.read_text().splitlines()
    return next(line for line in lines if line.startswith("torch==")) + "+cpu"


def _needs_cuda(options: list[str]) -> bool:
    """Whether the torch that pip would take pulls in CUDA, or cannot be had at all."""
    command = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet"]
    result = subprocess.run(
        [PYTHON, "-m", "pip", *command, "--report", "-", "-c", CONSTRAINTS, *options, "torch"],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        return True
    found = json.loads(result.stdout)["install"][0]["metadata"]
    if "+cpu" in found["version"] or sys.platform != "linux":
        return False
    return any(r.startswith(("nvidia-", "cuda-")) for r in found.get("requires_dist", []))


def _has(module: str) -> bool:
    check = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.call([PYTHON, "-c", check]) == 0


def _pip(*arguments: str) -> None:
    quiet = ["-qq", "--disable-pip-version-check"]
    subprocess.check_call([PYTHON, "-m", "pip", *arguments, *quiet, "-c", CONSTRAINTS])


def _shown(command: object) -> str:
    return " ".join(map(str, command)) if isinstance(command, (list, tuple)) else str(command)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
