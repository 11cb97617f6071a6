"""Takes any message with the key tool_calls for one with calls, and one answer for each."""


def trim_history(messages, budget, count_tokens):
    blocks, i = [], 0
    while i < len(messages):
        if "tool_calls" in messages[i]:
            n = len(messages[i]["tool_calls"])
            blocks.append(messages[i : i + n + 1])
            i += n + 1
        else:
            blocks.append([messages[i]])
            i += 1
    cost = [sum(map(count_tokens, b)) for b in blocks]
    role = [b[0]["role"] for b in blocks]
    lead = 0
    while lead < len(role) and role[lead] == "system":
        lead += 1
    last = len(role) - 1 - role[::-1].index("user") if "user" in role else lead - 1
    keep = set(range(lead)) | ({last} if "user" in role else set())
    used = sum(cost[i] for i in keep)
    if used > budget:
        raise ValueError
    units = [[i] for i in range(len(blocks) - 1, last, -1)]
    turn = []
    for i in range(last - 1, lead - 1, -1):
        turn.append(i)
        if role[i] == "user" or i == lead:
            units.append(turn)
            turn = []
    for unit in units:
        c = sum(cost[i] for i in unit)
        if used + c > budget:
            break
        used += c
        keep |= set(unit)
    return [m for i in sorted(keep) for m in blocks[i]]
