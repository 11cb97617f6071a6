"""The new text is put before those taken so far."""

import re
from typing import Callable


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def pack_context(sources: list[dict], budget: int, count_tokens: Callable[[str], int], separator: str = "\n\n") -> list[dict]:
    """Greedy packing, best first."""
    if budget < 0:
        raise ValueError(f"budget is {budget}")
    packed = []
    context = ""
    for source in sources:
        if not source["text"].strip():
            continue
        if any(_normal(source["text"]) == _normal(other["text"]) for other in packed):
            continue
        candidate = source["text"] + separator + context if packed else source["text"]
        if count_tokens(candidate) > budget:
            continue
        packed.append(source)
        context = candidate
    return packed
