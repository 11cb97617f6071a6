"""Recursion over the rest of the sources; tuples, nothing mutated."""

import re


def normal(text):
    return re.sub(r"\s+", " ", text).strip()


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if not budget >= 0:
        raise ValueError(budget)

    def walk(i, taken):
        if i == len(sources):
            return list(taken)
        text = sources[i]["text"]
        fine = (
            normal(text)
            and all(normal(text) != normal(t["text"]) for t in taken)
            and count_tokens(separator.join([t["text"] for t in taken] + [text])) <= budget
        )
        return walk(i + 1, taken + (sources[i],) if fine else taken)

    return walk(0, ())
