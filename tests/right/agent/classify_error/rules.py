"""A list of rules (predicate, category, action); the first that fits."""

from typing import NamedTuple, Callable


class Rule(NamedTuple):
    fits: Callable[[str, object, object], bool]
    category: str
    action: str
    runs_out: bool = True


RULES = [
    Rule(lambda so, st, k: so == "policy", "policy", "escalate", False),
    Rule(lambda so, st, k: so == "model", "model", "repair"),
    Rule(lambda so, st, k: so == "tool" and k in ["timeout", "unavailable"], "transient", "retry"),
    Rule(lambda so, st, k: so == "tool", "tool", "repair"),
    Rule(lambda so, st, k: so == "http" and st in [401, 403], "auth", "escalate", False),
    Rule(lambda so, st, k: so == "http" and st in [400, 413] and k == "context_length", "context", "shrink"),
    Rule(lambda so, st, k: so == "http" and st in [None, 408, 425, 429, 500, 502, 503, 504], "transient", "retry"),
    Rule(lambda so, st, k: so == "http", "logic", "abort", False),
]


def decide(error, attempt, max_attempts):
    where = error["source"], error["status"], error["kind"]
    rule = next((rule for rule in RULES if rule.fits(*where)), None)
    if rule is None:
        raise ValueError("no rule for " + repr(error))
    if rule.runs_out and attempt >= max_attempts:
        return (rule.category, "give_up")
    return (rule.category, rule.action)
