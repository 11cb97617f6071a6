"""Only the first message is looked at for being a system message."""


def trim_history(messages, budget, count_tokens):
    msgs = list(messages)
    system = [msgs.pop(0)] if msgs and msgs[0]["role"] == "system" else []
    last = max((i for i, m in enumerate(msgs) if m["role"] == "user"), default=None)
    before = msgs[:last] if last is not None else []
    user = [msgs[last]] if last is not None else []
    after = msgs[last + 1 :] if last is not None else msgs
    used = sum(map(count_tokens, system + user))
    if used > budget:
        raise ValueError("too small")

    def cut(msgs, starts):
        out = []
        for m in msgs:
            if not out or starts(m):
                out.append([])
            out[-1].append(m)
        return out

    result = list(user)
    for block in reversed(cut(after, lambda m: m["role"] != "tool")):
        c = sum(map(count_tokens, block))
        if used + c > budget:
            return system + result
        used += c
        result[len(user):len(user)] = block
    for turn in reversed(cut(before, lambda m: m["role"] == "user")):
        c = sum(map(count_tokens, turn))
        if used + c > budget:
            break
        used += c
        result[:0] = turn
    return system + result
