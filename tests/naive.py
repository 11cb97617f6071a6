"""A grader as one would write it first: the learner's code in its own process, trusting torch.

    python -m tests.naive FILE ...

Prints "passed" or "failed" a line. It exists to be fooled: a trick that it sees through proves
nothing about the real one.
"""

from __future__ import annotations

import os
import runpy
import sys


def grade(file: str) -> None:
    """Raise unless the file's function agrees with the reference on five random inputs."""
    import torch

    from reference.attention.causal import causal_attention

    solution = runpy.run_path(file)["causal_attention"]
    for seed in range(5):
        torch.manual_seed(seed)
        q, k, v = torch.randn(3, 4), torch.randn(3, 4), torch.randn(3, 2)
        got = solution(q, k, v)
        assert torch.allclose(got, causal_attention(q, k, v), atol=1e-4)


def main(files: list[str]) -> None:
    import torch  # noqa: F401  (once, for every fork)

    for file in files:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            grade(file)
            sys.exit(0)
        status = os.waitpid(pid, 0)[1]
        print("passed" if status == 0 else "failed")


if __name__ == "__main__":
    main(sys.argv[1:])
