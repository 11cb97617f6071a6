"""Catches TypeError and RuntimeError of a worker alone."""

import copy
import json


def _error(kind, message):
    return json.dumps({"error": kind, "message": message})


def run_supervisor(model, workers, task, max_steps=12):
    if max_steps < 1:
        raise ValueError("max_steps must be at least 1")
    specs = [
        {
            "type": "function",
            "function": {
                "name": "delegate",
                "description": "Hand a subtask to a worker.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "worker": {"type": "string", "enum": list(workers)},
                        "task": {"type": "string"},
                    },
                    "required": ["worker", "task"],
                    "additionalProperties": False,
                },
            },
        }
    ]
    messages = [{"role": "user", "content": task}]
    steps = {"supervisor": 0, **{name: 0 for name in workers}}
    used = 0
    own = 0

    def result(output, stop):
        return {"output": output, "stop": stop, "steps": steps, "messages": messages}

    def delegate(call, last):
        nonlocal used
        if last:
            return _error("max_steps", "no steps left")
        function = call["function"]
        if function["name"] != "delegate":
            return _error("unknown_tool", "the only tool is delegate")
        text = function["arguments"]
        try:
            args = json.loads(text) if text.strip() else {}
        except ValueError as e:
            return _error("invalid_json", f"not JSON: {e}")
        if not isinstance(args, dict):
            return _error("invalid_arguments", "arguments must be an object")
        if set(args) != {"worker", "task"} or not all(isinstance(v, str) for v in args.values()):
            return _error("invalid_arguments", "give worker and task, both strings")
        name = args["worker"]
        if name not in workers:
            return _error("invalid_arguments", f"unknown worker {name}; known: {list(workers)}")
        budget = max_steps - used - 1
        if budget < 1:
            return _error("max_steps", "no budget left for a worker")
        charge = budget
        try:
            report = workers[name](args["task"], budget)
            if not isinstance(report, dict) or set(report) != {"output", "steps"}:
                raise TypeError("worker report has another shape")
            if not isinstance(report["output"], str):
                raise TypeError("output is no text")
            n = report["steps"]
            if isinstance(n, bool) or not isinstance(n, int) or n < 0:
                raise TypeError("steps is no count")
            if n > budget:
                raise RuntimeError(f"worker used {n} of {budget} steps")
            charge = n
            content = report["output"]
        except (TypeError, RuntimeError) as e:
            content = _error("tool_error", f"{type(e).__name__}: {e}")
        steps[name] += charge
        used += charge
        return content

    while True:
        reply = model(copy.deepcopy(messages), copy.deepcopy(specs))
        messages.append(reply)
        own += 1
        used += 1
        steps["supervisor"] = own
        calls = reply.get("tool_calls") or []
        if not calls:
            return result(reply.get("content") or "", "final")
        last = used >= max_steps
        for call in calls:
            content = delegate(call, last)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        if last:
            return result(None, "max_steps")
