"""Counts the tries in a global instead of believing attempt."""


from collections import Counter

tries = Counter()


def classify(source, status, kind):
    if source == "http":
        if status is None or status in (408, 425, 429, 500, 502, 503, 504):
            return "transient", "retry"
        if status in (401, 403):
            return "auth", "escalate"
        if status in (400, 413) and kind == "context_length":
            return "context", "shrink"
        return "logic", "abort"
    if source == "model":
        return "model", "repair"
    if source == "tool":
        return ("transient", "retry") if kind in ("timeout", "unavailable") else ("tool", "repair")
    if source == "policy":
        return "policy", "escalate"
    raise ValueError(source)


def decide(error, attempt, max_attempts):
    category, action = classify(**error)
    tries[tuple(error.values())] += 1
    if tries[tuple(error.values())] >= max_attempts and action in ("retry", "repair", "shrink"):
        action = "give_up"
    return category, action
