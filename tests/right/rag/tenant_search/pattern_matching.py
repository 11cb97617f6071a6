"""Structural pattern matching, recursion for the top k, keyword arguments."""


def may_see(doc, user):
    match doc, user:
        case {"tenant": str(a), "groups": list(wanted)}, {"tenant": str(b), "groups": have} if a == b:
            return not wanted or bool(set(wanted).intersection(have))
        case _:
            return False


def top(pairs, k):
    if not pairs or k == 0:
        return []
    highest = max(value for value, _ in pairs)
    at = next(i for i, (value, _) in enumerate(pairs) if value == highest)
    return [pairs[at][1]] + top(pairs[:at] + pairs[at + 1 :], k - 1)


def tenant_search(query, docs, user, k, score):
    if k < 1:
        raise ValueError("k has to be 1 or more")
    shown = [d for d in docs if may_see(doc=d, user=user)]
    return top(list(zip(map(score, [query] * len(shown), (d["text"] for d in shown)), (d["id"] for d in shown))), k)
