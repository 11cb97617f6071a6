"""Drops from the front until it fits, and counts everything again each time."""


def trim_history(messages, budget, count_tokens):
    def total(ms):
        return sum(count_tokens(m) for m in ms)

    lead = 0
    while lead < len(messages) and messages[lead]["role"] == "system":
        lead += 1
    system, rest = messages[:lead], messages[lead:]
    users = [i for i, m in enumerate(rest) if m["role"] == "user"]
    if users:
        old, user, new = rest[: users[-1]], [rest[users[-1]]], rest[users[-1] + 1 :]
    else:
        old, user, new = [], [], list(rest)
    while old and total(system + old + user + new) > budget:
        old = old[1:]
        while old and old[0]["role"] != "user":
            old = old[1:]
    while new and total(system + old + user + new) > budget:
        new = new[1:]
        while new and new[0]["role"] == "tool":
            new = new[1:]
    if total(system + user + new + old) > budget:
        raise ValueError("too small")
    return system + old + user + new
