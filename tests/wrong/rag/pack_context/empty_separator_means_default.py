"""An empty separator is taken for none."""

def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget must not be negative")
    taken, texts, seen = [], [], set()
    for source in sources:
        text = source["text"]
        key = " ".join(text.split())
        if not key or key in seen:
            continue
        if count_tokens((separator or '\n\n').join(texts + [text])) <= budget:
            taken.append(source)
            texts.append(text)
            seen.add(key)
    return taken
