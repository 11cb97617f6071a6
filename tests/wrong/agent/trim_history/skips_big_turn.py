def _blocks(messages, start, stop):
    """[(first, end)] of the blocks in messages[start:stop]."""
    blocks = []
    i = start
    while i < stop:
        end = i + 1
        if messages[i]["role"] == "assistant" and messages[i].get("tool_calls"):
            while end < stop and messages[end]["role"] == "tool":
                end += 1
        blocks.append((i, end))
        i = end
    return blocks


def trim_history(messages, budget, count_tokens):
    costs = [count_tokens(m) for m in messages]
    n = len(messages)

    lead = 0
    while lead < n and messages[lead]["role"] == "system":
        lead += 1
    last_user = None
    for i in range(n):
        if messages[i]["role"] == "user":
            last_user = i

    keep = set(range(lead))
    if last_user is not None:
        keep.add(last_user)
    used = sum(costs[i] for i in keep)
    if used > budget:
        raise ValueError("pinned messages exceed the budget")

    complete = True
    tail_start = lead if last_user is None else last_user + 1
    for first, end in reversed(_blocks(messages, tail_start, n)):
        cost = sum(costs[first:end])
        if used + cost > budget:
            complete = False
            break
        used += cost
        keep.update(range(first, end))

    if complete and last_user is not None:
        end = last_user
        while end > lead:
            first = end - 1
            while first > lead and messages[first]["role"] != "user":
                first -= 1
            cost = sum(costs[first:end])
            if used + cost <= budget:
                used += cost
                keep.update(range(first, end))
            end = first
    return [messages[i] for i in sorted(keep)]
