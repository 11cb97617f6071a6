"""Keeps the packed text itself, and the texts seen as a list of word lists."""


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget must not be negative")
    packed = None
    result, known = [], [[]]
    for source in sources:
        words = source["text"].split()
        if words in known:
            continue
        longer = source["text"] if packed is None else packed + separator + source["text"]
        if count_tokens(longer) <= budget:
            packed = longer
            known.append(words)
            result += [source]
    return result
