"""The best source is taken even if it does not fit."""

def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget must not be negative")
    taken, texts, seen = [], [], set()
    for source in sources:
        text = source["text"]
        key = " ".join(text.split())
        if not key or key in seen:
            continue
        if count_tokens(separator.join(texts + [text])) <= budget or not taken and source is sources[0]:
            taken.append(source)
            texts.append(text)
            seen.add(key)
    return taken
