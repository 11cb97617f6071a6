"""Keeps whole turns only: if the last turn does not fit it drops all of what follows the question."""


def trim_history(messages, budget, count_tokens):
    costs = [count_tokens(m) for m in messages]
    head = 0
    while head < len(messages) and messages[head]["role"] == "system":
        head += 1
    starts = [i for i in range(head, len(messages)) if messages[i]["role"] == "user"]
    if not starts:
        starts = []
    last = starts[-1] if starts else None
    need = sum(costs[:head]) + (costs[last] if last is not None else 0)
    if need > budget:
        raise ValueError("budget")
    keep = set(range(head))
    if last is not None:
        keep.add(last)
    bounds = sorted({head, *starts, len(messages)})
    used = need
    for lo, hi in reversed(list(zip(bounds, bounds[1:]))):
        cost = sum(costs[i] for i in range(lo, hi) if i != last)
        if used + cost > budget:
            break
        used += cost
        keep |= set(range(lo, hi))
    return [m for i, m in enumerate(messages) if i in keep]
