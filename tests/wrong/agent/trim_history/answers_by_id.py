"""Looks for the answers of a call anywhere in the list by id: repeated ids mix up."""


def trim_history(messages, budget, count_tokens):
    cost = [count_tokens(m) for m in messages]
    n = len(messages)
    blocks = []
    for i, m in enumerate(messages):
        if m["role"] == "tool":
            continue
        block = [i]
        for call in m.get("tool_calls") or []:
            block += [j for j in range(n) if messages[j].get("tool_call_id") == call["id"]]
        blocks.append(sorted(set(block)))
    lead = 0
    while lead < len(blocks) and messages[blocks[lead][0]]["role"] == "system":
        lead += 1
    users = [k for k, b in enumerate(blocks) if messages[b[0]]["role"] == "user"]
    last = users[-1] if users else -1
    keep = set()
    for k in [*range(lead), *([last] if users else [])]:
        keep.update(blocks[k])
    if sum(cost[i] for i in keep) > budget:
        raise ValueError
    units = []
    for k in range(lead, len(blocks)):
        if k == last:
            continue
        if k > last or k in users or not units:
            units.append(list(blocks[k]))
        else:
            units[-1] += blocks[k]
    for unit in units[::-1]:
        trial = keep | set(unit)
        if sum(cost[i] for i in trial) > budget:
            break
        keep = trial
    return [messages[i] for i in sorted(keep)]
