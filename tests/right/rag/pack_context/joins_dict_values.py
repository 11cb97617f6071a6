def _pick(sources, budget, count_tokens, separator):
    kept = {}
    for s in sources:
        norm = " ".join(s["text"].split())
        if norm and norm not in kept:
            kept[norm] = s["text"]
            if count_tokens(separator.join(kept.values())) <= budget:
                yield s
            else:
                kept.pop(norm)


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError(budget)
    return [*_pick(sources, budget, count_tokens, separator)]
