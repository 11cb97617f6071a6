"""Dictionaries by source, the action from the category."""

ACTION = {
    "transient": "retry", "auth": "escalate", "context": "shrink", "logic": "abort",
    "model": "repair", "tool": "repair", "policy": "escalate",
}
HTTP = dict.fromkeys([None, 408, 425, 429, 500, 502, 503, 504], "transient")
HTTP.update({401: "auth", 403: "auth"})
FINITE = frozenset(["retry", "repair", "shrink"])


def _http(error):
    if error["kind"] == "context_length" and error["status"] in {400, 413}:
        return "context"
    return HTTP.get(error["status"], "logic")


CATEGORY = {
    "http": _http,
    "model": lambda error: "model",
    "tool": lambda error: "transient" if error["kind"] in {"timeout", "unavailable"} else "tool",
    "policy": lambda error: "policy",
}


def decide(error, attempt, max_attempts):
    try:
        categorise = CATEGORY[error["source"]]
    except KeyError:
        raise ValueError("unknown source") from None
    category = categorise(error)
    action = ACTION[category]
    return category, ("give_up" if action in FINITE and attempt >= max_attempts else action)
