"""Collapses runs of whitespace but leaves a space at the ends."""

import re


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, seen = [], {"", " "}
    for s in sources:
        key = re.sub(r"\s+", " ", s["text"])
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
