"""itertools: groupby on a running number, accumulate, takewhile; counts lazily."""

from itertools import accumulate, chain, groupby, takewhile


def numbered(rows, starts):
    marks = accumulate(int(starts(row)) for row in rows)
    pairs = groupby(zip(marks, rows), key=lambda pair: pair[0])
    return [[row for _, row in group] for _, group in pairs]


def trim_history(messages, budget, count_tokens):
    lead = list(takewhile(lambda m: m["role"] == "system", messages))
    body = messages[len(lead) :]
    turns = numbered(body, lambda m: m["role"] == "user")
    question, recent, older = [], body, []
    if any(m["role"] == "user" for m in body):
        *older, (question, *recent) = turns
        question = [question]
    pieces = older + numbered(recent, lambda m: m["role"] != "tool")
    left = budget - sum(map(count_tokens, chain(lead, question)))
    if left < 0:
        raise ValueError("too little")
    kept = len(pieces)
    while kept:
        left -= sum(map(count_tokens, pieces[kept - 1]))
        if left < 0:
            break
        kept -= 1
    old = pieces[kept : len(older)]
    new = pieces[max(kept, len(older)) :]
    return [*lead, *chain.from_iterable(old), *question, *chain.from_iterable(new)]
