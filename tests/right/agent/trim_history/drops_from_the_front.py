"""The other way round: starts with everything and drops pieces from the front until it fits."""

from collections import deque


def trim_history(messages, budget, count_tokens):
    costs = {}
    for place, message in enumerate(messages):
        costs[place] = count_tokens(message)
    total = sum(costs.values())
    if total <= budget:
        return messages
    places = deque(range(len(messages)))
    head = []
    while places and messages[places[0]]["role"] == "system":
        head.append(places.popleft())
    last = max([p for p in places if messages[p]["role"] == "user"], default=None)
    kept_user = [] if last is None else [last]
    while total > budget:
        if not places:
            raise ValueError("nothing more to drop")
        if last is not None and places[0] < last:
            # a whole turn
            while True:
                total -= costs[places.popleft()]
                if places[0] == last or messages[places[0]]["role"] == "user":
                    break
        else:
            if last is not None and places[0] == last:
                places.popleft()
                continue
            total -= costs[places.popleft()]
            while places and messages[places[0]]["role"] == "tool":
                total -= costs[places.popleft()]
    return [messages[p] for p in sorted({*head, *kept_user, *places})]
