"""Counts a misfit once more, for a log line."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget")
    out, seen, log = [], {""}, []
    for s in sources:
        key = " ".join(s["text"].split())
        if key in seen:
            continue
        if count_tokens(separator.join([*(t["text"] for t in out), s["text"]])) <= budget:
            out.append(s)
            seen.add(key)
        else:
            log.append(f"{s['id']}: {count_tokens(s['text'])} tokens")
    return out
