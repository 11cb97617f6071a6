"""Counts the separator first, to have it at hand: one call too many."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    between = count_tokens(separator)
    out, seen = [], {""}
    for s in sources:
        key = " ".join(s["text"].split())
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
