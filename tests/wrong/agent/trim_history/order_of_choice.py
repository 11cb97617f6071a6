"""Returns the messages in the order in which they were chosen: pinned, then newest first."""


def trim_history(messages, budget, count_tokens):
    lead = 0
    while lead < len(messages) and messages[lead]["role"] == "system":
        lead += 1
    users = [i for i, m in enumerate(messages) if m["role"] == "user"]
    last = users[-1] if users else lead - 1
    out = messages[:lead] + ([messages[last]] if users else [])
    left = budget - sum(map(count_tokens, out))
    if left < 0:
        raise ValueError
    pieces = []
    for m in messages[last + 1 :]:
        if m["role"] == "tool":
            pieces[-1].append(m)
        else:
            pieces.append([m])
    pieces.reverse()
    turns = []
    for m in messages[lead:last] if users else []:
        if m["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(m)
    for piece in pieces + turns[::-1]:
        c = sum(map(count_tokens, piece))
        if c > left:
            break
        left -= c
        out += piece
    return out
