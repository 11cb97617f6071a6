"""Falls off the end for an unknown source."""


def decide(error, attempt, max_attempts):
    retry = "give_up" if attempt >= max_attempts else "retry"
    repair = "give_up" if attempt >= max_attempts else "repair"
    shrink = "give_up" if attempt >= max_attempts else "shrink"
    match error:
        case {"source": "http", "status": None | 408 | 425 | 429 | 500 | 502 | 503 | 504}:
            return "transient", retry
        case {"source": "http", "status": 401 | 403}:
            return "auth", "escalate"
        case {"source": "http", "status": 400 | 413, "kind": "context_length"}:
            return "context", shrink
        case {"source": "http"}:
            return "logic", "abort"
        case {"source": "model"}:
            return "model", repair
        case {"source": "tool", "kind": "timeout" | "unavailable"}:
            return "transient", retry
        case {"source": "tool"}:
            return "tool", repair
        case {"source": "policy"}:
            return "policy", "escalate"
