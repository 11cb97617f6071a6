"""Texts with the same set of words count as the same."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, seen = [], {frozenset()}
    for s in sources:
        key = frozenset(s["text"].split())
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
