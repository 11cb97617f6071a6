"""A small class that is offered one source after the other; copies the list first."""

import string
from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class Packer:
    budget: int
    count: Callable[[str], int]
    separator: str
    by_text: dict[str, Any] = field(default_factory=dict)

    def offer(self, source):
        key = " ".join(source["text"].strip().split())
        if key == "" or key in self.by_text:
            return
        parts = [s["text"] for s in self.by_text.values()]
        parts.append(source["text"])
        if self.count(self.separator.join(parts)) <= self.budget:
            self.by_text[key] = source


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError(f"negative budget {budget}")
    packer = Packer(budget=budget, count=count_tokens, separator=separator)
    for source in list(sources):
        packer.offer(source)
    return list(packer.by_text.values())
