"""Turns abort into give_up as well."""

TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}


def decide(error, attempt, max_attempts):
    source = error["source"]
    status = error.get("status")
    kind = error.get("kind")
    if source == "http":
        if status is None or status in TRANSIENT_STATUS:
            category, action = "transient", "retry"
        elif status in (401, 403):
            category, action = "auth", "escalate"
        elif status in (400, 413) and kind == "context_length":
            category, action = "context", "shrink"
        else:
            category, action = "logic", "abort"
    elif source == "model":
        category, action = "model", "repair"
    elif source == "tool":
        if kind in ("timeout", "unavailable"):
            category, action = "transient", "retry"
        else:
            category, action = "tool", "repair"
    elif source == "policy":
        category, action = "policy", "escalate"
    else:
        raise ValueError(f"unknown source {source!r}")
    if attempt >= max_attempts and action != "escalate":
        action = "give_up"
    return category, action
