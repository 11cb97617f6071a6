"""Stops as soon as the budget is used up, so blocks and turns of cost 0 are lost."""


def trim_history(messages, budget, count_tokens):
    blocks = []
    for m in messages:
        if m["role"] == "tool":
            blocks[-1].append(m)
        else:
            blocks.append([m])
    costs = [sum(count_tokens(m) for m in b) for b in blocks]
    head = 0
    while head < len(blocks) and blocks[head][0]["role"] == "system":
        head += 1
    last = len(blocks) - 1
    while last >= head and blocks[last][0]["role"] != "user":
        last -= 1
    keep = set(range(head))
    if last >= head:
        keep.add(last)
    else:
        last = head - 1
    left = budget - sum(costs[i] for i in keep)
    if left < 0:
        raise ValueError("budget")
    i = len(blocks) - 1
    while i > last and left > 0 and costs[i] <= left:
        keep.add(i)
        left -= costs[i]
        i -= 1
    if i == last:
        hi = last
        while hi > head and left > 0:
            lo = hi - 1
            while lo > head and blocks[lo][0]["role"] != "user":
                lo -= 1
            c = sum(costs[lo:hi])
            if c > left:
                break
            left -= c
            keep.update(range(lo, hi))
            hi = lo
    return [m for k, b in enumerate(blocks) if k in keep for m in b]
