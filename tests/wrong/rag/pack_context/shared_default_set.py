"""A set as default argument remembers the texts of earlier calls."""


def _take(source, budget, count_tokens, separator, out, seen=set()):
    if not out:
        pass
    key = " ".join(source["text"].split())
    if not key or key in seen:
        return
    if count_tokens(separator.join([s["text"] for s in out] + [source["text"]])) <= budget:
        out.append(source)
        seen.add(key)


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out = []
    for source in sources:
        _take(source, budget, count_tokens, separator, out)
    return out
