"""Recursive, on tuples of (cost, messages); the list is cut with slices."""


def trim_history(messages, budget, count_tokens):
    priced = [(count_tokens(m), m) for m in messages]

    def is_role(role):
        return lambda pair: pair[1]["role"] == role

    def cut(rows, starts):
        if not rows:
            return []
        end = next((i for i in range(1, len(rows)) if starts(rows[i])), len(rows))
        return [rows[:end], *cut(rows[end:], starts)]

    def price(rows):
        return sum(c for c, _ in rows)

    def walk(pieces, room):
        """(what is kept, whether everything was, what is left)"""
        if not pieces:
            return [], True, room
        *rest, last = pieces
        if price(last) > room:
            return [], False, room
        kept, all_of_it, left = walk(rest, room - price(last))
        return kept + last, all_of_it, left

    head = next((i for i, p in enumerate(priced) if not is_role("system")(p)), len(priced))
    system, rest = priced[:head], priced[head:]
    asked = [i for i, p in enumerate(rest) if is_role("user")(p)]
    if asked:
        old, user, new = rest[: asked[-1]], [rest[asked[-1]]], rest[asked[-1] + 1 :]
    else:
        old, user, new = [], [], rest
    room = budget - price(system) - price(user)
    if room < 0:
        raise ValueError("the budget does not hold the pinned messages")
    recent, whole, room = walk(cut(new, lambda p: not is_role("tool")(p)), room)
    older = walk(cut(old, is_role("user")), room)[0] if whole else []
    return [m for _, m in system + older + user + recent]
