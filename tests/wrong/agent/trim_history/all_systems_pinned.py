"""Every system message is kept, wherever it stands."""


def trim_history(messages, budget, count_tokens):
    costs = list(map(count_tokens, messages))
    pinned = {i for i, m in enumerate(messages) if m["role"] == "system"}
    users = [i for i, m in enumerate(messages) if m["role"] == "user"]
    last = users[-1] if users else -1
    if users:
        pinned.add(last)
    total = sum(costs[i] for i in pinned)
    if total > budget:
        raise ValueError("budget too small")
    units, i = [], 0
    while i < len(messages):
        j = i + 1
        while j < len(messages) and messages[j]["role"] == "tool":
            j += 1
        if i not in pinned:
            first_in_turn = messages[i]["role"] == "user"
            if i > last or first_in_turn or not units:
                units.append([])
            units[-1].extend(range(i, j))
        i = j
    keep = set(pinned)
    for unit in reversed(units):
        c = sum(costs[k] for k in unit)
        if total + c > budget:
            break
        total += c
        keep.update(unit)
    return [m for k, m in enumerate(messages) if k in keep]
