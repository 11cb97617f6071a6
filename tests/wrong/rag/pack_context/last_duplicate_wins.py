"""A later duplicate replaces the source taken before."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out = {}
    for s in sources:
        key = " ".join(s["text"].split())
        if not key:
            continue
        if key in out:
            out[key] = s
            continue
        texts = [t["text"] for t in out.values()] + [s["text"]]
        if count_tokens(separator.join(texts)) <= budget:
            out[key] = s
    return list(out.values())
