"""One method for each source, on a copy of the error."""

import copy


class Decider:
    ONCE = frozenset({"escalate", "abort"})

    def http(self, status, kind):
        if status is None:
            return "transient", "retry"
        table = dict.fromkeys((408, 425, 429, 500, 502, 503, 504), ("transient", "retry"))
        table.update({401: ("auth", "escalate"), 403: ("auth", "escalate")})
        if kind == "context_length":
            table[400] = table[413] = ("context", "shrink")
        return table.get(status, ("logic", "abort"))

    def model(self, status, kind):
        return "model", "repair"

    def tool(self, status, kind):
        return ("transient", "retry") if kind in {"timeout", "unavailable"} else ("tool", "repair")

    def policy(self, status, kind):
        return "policy", "escalate"


def decide(error, attempt, max_attempts):
    error = copy.deepcopy(error)
    d = Decider()
    handlers = {"http": d.http, "model": d.model, "tool": d.tool, "policy": d.policy}
    try:
        handler = handlers[error.get("source")]
    except KeyError:
        raise ValueError("unknown source") from None
    category, action = handler(error.get("status"), error.get("kind"))
    if action not in d.ONCE and attempt >= max_attempts:
        action = "give_up"
    return category, action
