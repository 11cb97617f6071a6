import re
from itertools import chain

GROUP = re.compile(r"\[([0-9]+(?:, *[0-9]+)*)\]")


def numbers(text):
    return set(chain.from_iterable(map(int, g.split(",")) for g in GROUP.findall(text)))


def check_citations(answer: str, n_sources: int, refusal: str = "I don't know.") -> dict:
    if n_sources < 0:
        raise ValueError("n_sources must be >= 0")
    answer = answer.strip()
    if answer in {"", refusal}:
        return {"cited": [], "invalid": [], "uncited": []}
    allowed = range(1, n_sources + 1)
    everything = sorted(numbers(answer))
    return {
        "cited": [n for n in everything if n in allowed],
        "invalid": [n for n in everything if n not in allowed],
        "uncited": [s for s in re.split(r"(?<=[.!?])\s+", answer) if not numbers(s) & set(allowed)],
    }
