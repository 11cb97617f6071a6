"""Gives up after three misfits in a row."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, seen, misses = [], {""}, 0
    for s in sources:
        key = " ".join(s["text"].split())
        if key in seen:
            continue
        if count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
            misses = 0
        else:
            misses += 1
            if misses == 3:
                break
    return out
