"""An enum and a named tuple."""

from enum import Enum
from typing import NamedTuple


class Action(str, Enum):
    RETRY = "retry"
    REPAIR = "repair"
    SHRINK = "shrink"
    ESCALATE = "escalate"
    ABORT = "abort"
    GIVE_UP = "give_up"


class Decision(NamedTuple):
    category: str
    action: str


def decide(error, attempt, max_attempts):
    source, status, kind = (error[k] for k in ("source", "status", "kind"))
    if source not in ("http", "model", "tool", "policy"):
        raise ValueError(source)
    if source == "policy":
        return Decision("policy", Action.ESCALATE.value)
    if source == "model":
        d = Decision("model", Action.REPAIR.value)
    elif source == "tool":
        transient = kind == "timeout" or kind == "unavailable"
        d = Decision("transient", "retry") if transient else Decision("tool", "repair")
    else:
        if status == 401 or status == 403:
            return Decision("auth", "escalate")
        if status is None or status in [408, 425, 429, 500, 502, 503, 504]:
            d = Decision("transient", "retry")
        elif kind == "context_length" and status in [400, 413]:
            d = Decision("context", "shrink")
        else:
            return Decision("logic", "abort")
    return d if attempt < max_attempts else d._replace(action=Action.GIVE_UP.value)
