"""functools.reduce; counts before it looks for duplicates (still one call a source); early way out."""

from functools import reduce


def pack_context(sources, budget, count_tokens, separator="\n\n"):
    if budget < 0:
        raise ValueError("budget < 0")
    if budget == 0 or len(sources) == 0:
        return []

    def step(taken, source):
        texts = [s["text"] for s in taken] + [source["text"]]
        tokens = count_tokens(separator.join(texts))
        keys = [tuple(t.split()) for t in texts]
        if tokens > budget or not keys[-1] or keys[-1] in keys[:-1]:
            return taken
        return [*taken, source]

    return reduce(step, sources, [])
