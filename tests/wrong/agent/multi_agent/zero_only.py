"""Refuses max_steps 0 only."""

import copy
import json


class Refused(Exception):
    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind

    def content(self):
        return json.dumps({"error": self.kind, "message": str(self) or "no reason"})


def arguments_of(call):
    function = call["function"]
    if function["name"] != "delegate":
        raise Refused("unknown_tool", f"{function['name']!r} is unknown, there is only 'delegate'")
    if not function["arguments"].strip():
        return {}
    try:
        return json.loads(function["arguments"])
    except ValueError:
        raise Refused("invalid_json", "the arguments are not JSON") from None


def target_of(arguments, workers):
    if not isinstance(arguments, dict):
        raise Refused("invalid_arguments", "no object")
    if not isinstance(arguments.get("task"), str):
        raise Refused("invalid_arguments", "task")
    for name, worker in workers.items():
        if name == arguments.get("worker"):
            return name, worker
    raise Refused("invalid_arguments", "worker")


def run_supervisor(model, workers, task, max_steps=12):
    if max_steps == 0:
        raise ValueError("max_steps must be >= 1")
    left = max_steps
    steps = {"supervisor": 0}
    for name in workers:
        steps[name] = 0
    messages = [{"role": "user", "content": task}]
    while left != 0 and steps["supervisor"] < 50:
        specs = [{"type": "function", "function": {
            "name": "delegate", "description": "delegate", "strict": True,
            "parameters": {"type": "object", "properties": {
                "worker": {"type": "string", "enum": list(workers), "description": "who"},
                "task": {"type": "string", "description": "what"}}}}}]
        reply = model(copy.deepcopy(messages), specs)
        left -= 1
        steps["supervisor"] += 1
        messages += [reply]
        calls = reply.get("tool_calls") or ()
        if len(calls) == 0:
            return {"output": reply.get("content") or "", "stop": "final", "steps": steps, "messages": messages}
        for call in calls:
            try:
                if left == 0:
                    raise Refused("max_steps", "no step is left")
                arguments = arguments_of(call)
                name, worker = target_of(arguments, workers)
                budget = left - 1
                if budget == 0:
                    raise Refused("max_steps", "only the answer's step is left")
                spent = budget
                try:
                    result = worker(arguments["task"], budget)
                    if not (isinstance(result, dict) and {"output", "steps"} <= set(result)):
                        raise Refused("tool_error", "shape")
                    if not (isinstance(result["output"], str) and isinstance(result["steps"], int)):
                        raise Refused("tool_error", "types")
                    if result["steps"] > budget:
                        raise Refused("tool_error", "overspent")
                    spent = result["steps"]
                    content = result["output"]
                except Exception as error:
                    raise Refused("tool_error", f"{type(error).__name__} {error}")
                finally:
                    left -= spent
                    steps[name] += spent
            except Refused as refusal:
                content = refusal.content()
            messages.append({"role": "tool", "content": content, "tool_call_id": call["id"]})
    return {"output": None, "stop": "max_steps", "steps": steps, "messages": messages}
