"""Collapses spaces but not newlines and tabs."""

import re


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, seen = [], {""}
    for s in sources:
        key = re.sub(" +", " ", s["text"]).strip()
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
