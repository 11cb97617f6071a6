"""The enum is a text with all names."""

import json
from collections import Counter


class Ledger:
    def __init__(self, limit, names):
        self.limit, self.names, self.paid = limit, ["supervisor", *names], Counter()

    def charge(self, who, steps):
        self.paid[who] += steps

    @property
    def left(self):
        return self.limit - sum(self.paid.values())

    def report(self):
        return {name: self.paid[name] for name in self.names}


class Run:
    def __init__(self, model, workers, task, max_steps):
        self.model, self.workers = model, workers
        self.ledger = Ledger(max_steps, workers)
        self.messages = [dict(role="user", content=task)]
        self.specs = [dict(type="function", function=dict(
            name="delegate",
            description="Give a subtask to one of the workers.",
            parameters={
                "type": "object",
                "properties": {
                    "task": {"type": "string", "description": "All that the worker has to know."},
                    "worker": {"enum": ", ".join(workers)},
                },
                "required": ["worker", "task"],
                "additionalProperties": False,
            },
        ))]

    def go(self):
        while True:
            reply = self.model(self.messages[:], self.specs)
            self.ledger.charge("supervisor", 1)
            self.messages.append(reply)
            if not reply.get("tool_calls"):
                return self.result(reply.get("content") or "", "final")
            over = self.ledger.left == 0
            for call in reply["tool_calls"]:
                content = self.error("max_steps", "budget used up") if over else self.answer(call)
                self.messages.append(dict(role="tool", tool_call_id=call["id"], content=content))
            if over:
                return self.result(None, "max_steps")

    def result(self, output, stop):
        return dict(output=output, stop=stop, steps=self.ledger.report(), messages=self.messages)

    @staticmethod
    def error(kind, message):
        return json.dumps({"message": message, "error": kind})

    def answer(self, call):
        function = call["function"]
        if function["name"] != "delegate":
            return self.error("unknown_tool", "only delegate exists")
        raw = function["arguments"].strip() or "{}"
        try:
            given = json.loads(raw)
        except json.JSONDecodeError:
            return self.error("invalid_json", "cannot read " + raw)
        if type(given) is not dict:
            return self.error("invalid_arguments", "an object is needed")
        who, what = given.get("worker"), given.get("task")
        if who not in list(self.workers) or type(what) is not str:
            return self.error("invalid_arguments", "worker or task is wrong")
        budget = self.ledger.left - 1
        if budget <= 0:
            return self.error("max_steps", "keep the last step for the answer")
        return self.run(who, what, budget)

    def run(self, who, what, budget):
        charge, content = budget, None
        try:
            match self.workers[who](what, budget):
                case {"output": str(output), "steps": int(steps)} if steps <= budget:
                    charge, content = steps, output
                case other:
                    content = self.error("tool_error", f"bad result {other!r}")
        except Exception as e:
            content = self.error("tool_error", repr(e))
        self.ledger.charge(who, charge)
        return content


def run_supervisor(model, workers, task, max_steps=12):
    if max_steps < 1:
        raise ValueError("max_steps")
    return Run(model, workers, task, max_steps).go()
