"""Where an old turn does not fit whole it keeps the part of it that does, from its end."""


def trim_history(messages, budget, count_tokens):
    blocks = []
    for m in messages:
        if m["role"] == "tool":
            blocks[-1].append(m)
        else:
            blocks.append([m])
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
    for i in range(len(blocks) - 1, lead - 1, -1):
        if i in keep:
            continue
        if used + cost[i] > budget:
            break
        used += cost[i]
        keep.add(i)
    return [m for i in sorted(keep) for m in blocks[i]]
