"""Adds the name to tool messages."""

import json


def _error(kind, text):
    return json.dumps({"error": kind, "message": text})


def _tool(call, content):
    return {"role": "tool", "tool_call_id": call["id"], "name": "delegate", "content": content}


def _parse(call, workers):
    """(worker, task) or an error's content."""
    if call["function"]["name"] != "delegate":
        return _error("unknown_tool", "use delegate")
    text = call["function"]["arguments"]
    try:
        args = json.loads(text if text.strip() else "{}")
    except ValueError as e:
        return _error("invalid_json", str(e))
    try:
        pair = args["worker"], args["task"]
        assert all(isinstance(part, str) for part in pair) and pair[0] in workers
    except (TypeError, KeyError, AssertionError):
        return _error("invalid_arguments", f"worker (of {sorted(workers)}) and task are needed")
    return pair


def _run(worker, task, budget):
    """(content, charge)"""
    try:
        result = worker(task, budget=budget)
        ok = isinstance(result, dict) and isinstance(result.get("output"), str)
        ok = ok and isinstance(result.get("steps"), int) and result["steps"] <= budget
    except Exception as e:
        return _error("tool_error", type(e).__name__ + ": " + str(e)), budget
    return (result["output"], result["steps"]) if ok else (_error("tool_error", "bad result"), budget)


def _answers(calls, workers, steps, max_steps):
    """The tool messages of the calls, and the steps after them."""
    if not calls:
        return [], steps
    call, *rest = calls
    found = _parse(call, workers)
    if isinstance(found, str):
        content = found
    else:
        name, task = found
        budget = max_steps - sum(steps.values()) - 1
        if budget < 1:
            content = _error("max_steps", "nothing left")
        else:
            content, charge = _run(workers[name], task, budget)
            steps = {**steps, name: steps[name] + charge}
    others, steps = _answers(rest, workers, steps, max_steps)
    return [_tool(call, content)] + others, steps


def run_supervisor(model, workers, task, max_steps=12):
    if not max_steps > 0:
        raise ValueError(max_steps)
    specs = [{"type": "function", "function": {"name": "delegate", "description": "", "parameters": {
        "type": "object",
        "properties": {"worker": {"type": "string", "enum": [*workers]}, "task": {"type": "string"}},
    }}}]

    def step(messages, steps):
        reply = model([*messages], specs)
        messages, steps = messages + [reply], {**steps, "supervisor": steps["supervisor"] + 1}
        calls = reply.get("tool_calls")
        if not calls:
            text = reply.get("content")
            return {"output": "" if text is None else text, "stop": "final", "steps": steps, "messages": messages}
        if sum(steps.values()) >= max_steps:
            closing = [_tool(call, _error("max_steps", "over")) for call in calls]
            return {"output": None, "stop": "max_steps", "steps": steps, "messages": messages + closing}
        answers, steps = _answers(calls, workers, steps, max_steps)
        return step(messages + answers, steps)

    return step([{"role": "user", "content": task}], {"supervisor": 0} | {name: 0 for name in workers})
