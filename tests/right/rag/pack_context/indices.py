"""Works with indices and a prefix string; a generator yields what is taken."""


def _chosen(texts, budget, count_tokens, separator):
    prefix, seen = "", set()
    for i, text in enumerate(texts):
        key = "".join(c if not c.isspace() else " " for c in text)
        while "  " in key:
            key = key.replace("  ", " ")
        key = key.strip(" ")
        if key in seen or len(key) == 0:
            continue
        if count_tokens(prefix + text) > budget:
            continue
        yield i
        prefix += text + separator
        seen |= {key}


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget <= -1:
        raise ValueError("the budget has to be 0 or more")
    texts = [source["text"] for source in sources]
    return [sources[i] for i in _chosen(texts, budget, count_tokens, separator)]
