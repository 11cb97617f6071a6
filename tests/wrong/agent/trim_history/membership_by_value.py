"""Collects the kept messages with `in`, so an equal one that was dropped comes back."""


def trim_history(messages, budget, count_tokens):
    blocks = []
    for m in messages:
        if m["role"] == "tool":
            blocks[-1]["m"].append(m)
            blocks[-1]["c"] += count_tokens(m)
        else:
            blocks.append({"m": [m], "c": count_tokens(m), "r": m["role"]})
    i = 0
    while i < len(blocks) and blocks[i]["r"] == "system":
        i += 1
    last = None
    for j in range(len(blocks)):
        if blocks[j]["r"] == "user":
            last = j
    chosen = blocks[:i] + ([blocks[last]] if last is not None else [])
    room = budget - sum(b["c"] for b in chosen)
    if room < 0:
        raise ValueError(budget)
    start = i if last is None else last + 1
    ok = True
    for b in blocks[start:][::-1]:
        if b["c"] > room:
            ok = False
            break
        room -= b["c"]
        chosen.append(b)
    if ok and last is not None:
        turns = []
        for b in blocks[i:last]:
            if b["r"] == "user" or not turns:
                turns.append([])
            turns[-1].append(b)
        for t in turns[::-1]:
            c = sum(b["c"] for b in t)
            if c > room:
                break
            room -= c
            chosen += t
    kept = [m for b in chosen for m in b["m"]]
    return [m for m in messages if m in kept]
