from itertools import accumulate, takewhile


def trim_history(messages, budget, count_tokens):
    paired = [(message, count_tokens(message)) for message in messages]
    head = list(takewhile(lambda p: p[0]["role"] == "system", paired))
    body = paired[len(head) :]
    cost = lambda pairs: sum(c for _, c in pairs)

    def cut(pairs, begins):
        groups = []
        for pair in pairs:
            if not groups or begins(pair[0]):
                groups.append([pair])
            else:
                groups[-1].append(pair)
        return groups

    turns = cut(body, lambda m: m["role"] == "user")
    if turns and turns[-1][0][0]["role"] == "user":
        *turns, ((question, price), *tail) = turns
        question = [(question, price)]
    else:
        question, tail, turns = [], body, []
    room = budget - cost(head) - cost(question)
    if room < 0:
        raise ValueError(f"{budget} is too little")

    def longest(groups, room):
        """Suffix of groups that fits in room."""
        if not groups or cost(groups[-1]) > room:
            return []
        return longest(groups[:-1], room - cost(groups[-1])) + [groups[-1]]

    blocks = cut(tail, lambda m: m["role"] != "tool")
    kept = longest(blocks, room)
    old = []
    if len(kept) == len(blocks):
        old = longest(turns, room - cost(tail))
    everything = head + sum(old, []) + question + sum(kept, [])
    return [m for m, _ in everything]
