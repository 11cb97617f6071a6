"""Enums whose members are texts, methods on a class."""

from enum import Enum


class Action(str, Enum):
    RETRY = "retry"
    REPAIR = "repair"
    SHRINK = "shrink"
    ESCALATE = "escalate"
    ABORT = "abort"
    GIVE_UP = "give_up"

    def with_tries_left(self, left):
        if left <= 0 and self in (Action.RETRY, Action.REPAIR, Action.SHRINK):
            return Action.GIVE_UP
        return self


class Classifier:
    def __init__(self, error):
        self.status = error.get("status")
        self.kind = error.get("kind")
        self.source = error.get("source")

    def http(self):
        s = self.status
        if s is None or s in (408, 425, 429) or (s in range(500, 505) and s != 501):
            return "transient", Action.RETRY
        if s == 401 or s == 403:
            return "auth", Action.ESCALATE
        if (s == 400 or s == 413) and self.kind == "context_length":
            return "context", Action.SHRINK
        return "logic", Action.ABORT

    def model(self):
        return "model", Action.REPAIR

    def tool(self):
        if self.kind == "timeout" or self.kind == "unavailable":
            return "transient", Action.RETRY
        return "tool", Action.REPAIR

    def policy(self):
        return "policy", Action.ESCALATE

    def run(self):
        if self.source not in ("http", "model", "tool", "policy"):
            raise ValueError(self.source)
        return getattr(self, self.source)()


def decide(error, attempt, max_attempts):
    category, action = Classifier(error).run()
    return category, action.with_tries_left(max_attempts - attempt).value
