"""Goes on with older turns when a block after the last user message was dropped."""


def group(messages):
    blocks = []
    i = 0
    while i < len(messages):
        n = 1 + len(messages[i].get("tool_calls") or [])
        blocks.append(messages[i : i + n])
        i += n
    return blocks


def trim_history(messages, budget, count_tokens):
    i = 0
    while i < len(messages) and messages[i]["role"] == "system":
        i += 1
    system, rest = messages[:i], messages[i:]
    last = next((j for j in range(len(rest) - 1, -1, -1) if rest[j]["role"] == "user"), None)
    if last is None:
        old, user, new = [], [], rest
    else:
        old, user, new = rest[:last], [rest[last]], rest[last + 1 :]
    room = budget - sum(count_tokens(m) for m in system + user)
    if room < 0:
        raise ValueError("the pinned messages do not fit")
    recent = []
    for block in reversed(group(new)):
        c = sum(count_tokens(m) for m in block)
        if c > room:
            break
        room -= c
        recent = block + recent
    turns = []
    for m in old:
        if m["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(m)
    older = []
    for turn in reversed(turns):
        c = sum(count_tokens(m) for m in turn)
        if c > room:
            break
        room -= c
        older = turn + older
    return system + older + user + recent
