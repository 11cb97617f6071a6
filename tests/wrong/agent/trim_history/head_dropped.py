"""What stands before the first user message is never kept: turns begin with user messages."""


def trim_history(messages, budget, count_tokens):
    n = len(messages)
    cost = [count_tokens(m) for m in messages]
    head = next((i for i, m in enumerate(messages) if m["role"] != "system"), n)
    users = [i for i, m in enumerate(messages) if m["role"] == "user"]
    last = users[-1] if users else head - 1
    pins = list(range(head)) + ([last] if users else [])
    used = sum(cost[i] for i in pins)
    if used > budget:
        raise ValueError("pinned messages exceed the budget")
    keep = set(pins)
    end = n
    for i in range(n - 1, last, -1):
        if messages[i]["role"] == "tool":
            continue
        c = sum(cost[i:end])
        if used + c > budget:
            return [messages[k] for k in sorted(keep)]
        used += c
        keep.update(range(i, end))
        end = i
    edges = users
    for lo, hi in reversed(list(zip(edges, edges[1:]))):
        c = sum(cost[lo:hi])
        if used + c > budget:
            break
        used += c
        keep.update(range(lo, hi))
    return [messages[k] for k in sorted(keep)]
