"""Writes down every cut that the rules allow, from the most to the least, and takes the first that fits."""


def trim_history(messages, budget, count_tokens):
    n = len(messages)
    costs = [count_tokens(m) for m in messages]
    roles = [m["role"] for m in messages]
    lead = n
    for i in range(n):
        if roles[i] != "system":
            lead = i
            break
    users = [i for i in range(n) if roles[i] == "user"]
    pins = set(range(lead)) | set(users[-1:])
    first_recent = users[-1] + 1 if users else lead
    # Everything from `cut` on is kept, besides the pinned.
    cuts = []
    if users:
        cuts += [lead] + [u for u in users[:-1] if u != lead]
    cuts += [i for i in range(first_recent, n) if roles[i] != "tool"] + [n]
    for cut in cuts:
        keep = pins | set(range(cut, n))
        if sum(costs[i] for i in keep) <= budget:
            return [messages[i] for i in range(n) if i in keep]
    raise ValueError("the pinned messages alone exceed the budget")
