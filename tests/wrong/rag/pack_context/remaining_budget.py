"""Subtracts each text's tokens and the separator's from what is left."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    left, out, seen = budget, [], set()
    for s in sources:
        key = " ".join(s["text"].split())
        if not key or key in seen:
            continue
        cost = count_tokens((separator if out else "") + s["text"])
        if cost <= left:
            left -= cost
            out.append(s)
            seen.add(key)
    return out
