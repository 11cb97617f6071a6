def pack_context(sources, budget, count_tokens, separator="\n\n"):
    """One count for each source, also for those that are skipped anyway."""
    if budget < 0:
        raise ValueError("budget")
    texts = []
    picked = []
    for n in range(len(sources)):
        text = sources[n]["text"]
        tokens = count_tokens(separator.join([*texts, text]))
        normal = [t.split() for t in texts]
        if text.split() and text.split() not in normal and tokens <= budget:
            texts += [text]
            picked += [n]
    return [sources[n] for n in picked]
