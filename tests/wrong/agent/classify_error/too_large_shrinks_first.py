"""A missing status counts as 0, and 0 is below 400."""


def classify(source, status, kind):
    code = status or 0
    if source == "http":
        if code in (408, 425, 429, 500, 502, 503, 504):
            return "transient", "retry"
        if code in (401, 403):
            return "auth", "escalate"
        if code in (400, 413) and kind == "context_length":
            return "context", "shrink"
        if code < 400:
            return "transient", "retry"
        return "logic", "abort"
    if source == "model":
        return "model", "repair"
    if source == "tool":
        return ("transient", "retry") if kind in ("timeout", "unavailable") else ("tool", "repair")
    if source == "policy":
        return "policy", "escalate"
    raise ValueError(source)


def decide(error, attempt, max_attempts):
    category, action = classify(error["source"], error["status"], error["kind"])
    if attempt >= max_attempts and action in ("retry", "repair", "shrink"):
        action = "give_up"
    return category, action
