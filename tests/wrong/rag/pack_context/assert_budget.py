"""Asserts the budget."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    assert budget >= 0, "budget must not be negative"
    out, seen = [], {""}
    for s in sources:
        key = " ".join(s["text"].split())
        if key not in seen and count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
    return out
