"""One match over the three fields."""


def decide(error, attempt, max_attempts):
    match (error["source"], error["status"], error["kind"]):
        case ("http", None | 408 | 425 | 429 | 500 | 502 | 503 | 504, _):
            way = ("transient", "retry")
        case ("http", 401 | 403, _):
            way = ("auth", "escalate")
        case ("http", 400 | 413, "context_length"):
            way = ("context", "shrink")
        case ("http", _, _):
            way = ("logic", "abort")
        case ("model", _, "unknown_tool" | "invalid_json" | "invalid_arguments"):
            way = ("model", "repair")
        case ("tool", _, "timeout" | "unavailable"):
            way = ("transient", "retry")
        case ("tool", _, _):
            way = ("tool", "repair")
        case ("policy", _, _):
            way = ("policy", "escalate")
        case _:
            raise ValueError(f"cannot classify {error}")
    if way[1] in {"retry", "repair", "shrink"} and not attempt < max_attempts:
        return way[0], "give_up"
    return way
