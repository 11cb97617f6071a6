"""Takes all and drops the last until it fits: many counts, and what is short at the end is lost."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    unique, seen = [], {""}
    for s in sources:
        key = " ".join(s["text"].split())
        if key not in seen:
            seen.add(key)
            unique.append(s)
    while unique and count_tokens(separator.join(s["text"] for s in unique)) > budget:
        unique.pop()
    return unique
