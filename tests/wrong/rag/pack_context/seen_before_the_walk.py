"""Removes duplicates of the whole list beforehand, also of texts that then do not fit."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    unique = {}
    for s in sources:
        unique.setdefault(" ".join(s["text"].split()), s)
    unique.pop("", None)
    out = []
    for s in unique.values():
        if count_tokens(separator.join([t["text"] for t in out + [s]])) <= budget:
            out.append(s)
    return out
