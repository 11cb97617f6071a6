"""Returns deep copies, to be safe."""

import copy


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    sources = copy.deepcopy(sources)
    out, seen = [], {""}
    for s in sources:
        key = " ".join(s["text"].split())
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
