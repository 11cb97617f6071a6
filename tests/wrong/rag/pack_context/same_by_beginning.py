"""Texts with the same first 20 characters count as the same."""

def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget must not be negative")
    taken, texts, seen = [], [], set()
    for source in sources:
        text = source["text"]
        key = " ".join(text.split())[:20]
        if not key or key in seen:
            continue
        if count_tokens(separator.join(texts + [text])) <= budget:
            taken.append(source)
            texts.append(text)
            seen.add(key)
    return taken
