"""Compares with the last taken text only."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, last = [], ""
    for s in sources:
        key = " ".join(s["text"].split())
        if not key or key == last:
            continue
        if count_tokens(separator.join([t["text"] for t in out] + [s["text"]])) <= budget:
            out.append(s)
            last = key
    return out
