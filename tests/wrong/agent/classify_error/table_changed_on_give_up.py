"""Writes give_up into its own table, where it stays."""

_TABLE = {
    "transient": ["transient", "retry"],
    "auth": ["auth", "escalate"],
    "context": ["context", "shrink"],
    "logic": ["logic", "abort"],
    "model": ["model", "repair"],
    "tool": ["tool", "repair"],
    "policy": ["policy", "escalate"],
}


def _category(error):
    s, st, k = error["source"], error["status"], error["kind"]
    if s == "http":
        if st is None or st in (408, 425, 429, 500, 502, 503, 504):
            return "transient"
        if st in (401, 403):
            return "auth"
        return "context" if st in (400, 413) and k == "context_length" else "logic"
    if s == "tool":
        return "transient" if k in ("timeout", "unavailable") else "tool"
    if s in ("model", "policy"):
        return s
    raise ValueError(f"unknown source: {s}")


def decide(error, attempt, max_attempts):
    row = _TABLE[_category(error)]
    if attempt >= max_attempts and row[1] in ("retry", "repair", "shrink"):
        row[1] = "give_up"
    return tuple(row)
