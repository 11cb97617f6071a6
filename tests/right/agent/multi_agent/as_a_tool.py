"""delegate as a closure that answers, with the account in a nonlocal dict."""

import json
from functools import partial


def run_supervisor(model, workers, task, max_steps=12):
    if max_steps <= 0:
        raise ValueError(f"{max_steps=}")
    account = dict(supervisor=0, **{name: 0 for name in workers})
    remaining = lambda: max_steps - sum(account.values())
    fail = lambda kind, text="no": json.dumps(dict(error=kind, message=text))

    def delegate(worker, task):
        budget = remaining() - 1
        if budget < 1:
            return fail("max_steps")
        account[worker] += budget  # everything at first, and then what is not used comes back
        try:
            result = workers[worker](subtask=task, budget=budget)
            output, steps = result["output"], result["steps"]
            if isinstance(output, str) and isinstance(steps, int) and steps <= budget:
                account[worker] -= budget - steps
                return output
        except Exception as error:
            return fail("tool_error", repr(error))
        return fail("tool_error", "not what a worker returns")

    def prepared(call):
        name, raw = call["function"]["name"], call["function"]["arguments"]
        if name != "delegate":
            return partial(fail, "unknown_tool", "the tools are: delegate")
        try:
            found = json.loads(raw) if not raw.isspace() and raw else {}
        except ValueError:
            return partial(fail, "invalid_json")
        if not isinstance(found, dict) or not isinstance(found.get("task"), str):
            return partial(fail, "invalid_arguments")
        if not isinstance(found.get("worker"), str) or found["worker"] not in workers:
            return partial(fail, "invalid_arguments", "who?")
        return partial(delegate, found["worker"], found["task"])

    schema = {
        "type": "object",
        "properties": {"worker": {"type": "string", "enum": list(workers.keys())}, "task": {"type": "string"}},
        "required": ["task", "worker"],
    }
    tool = {"name": "delegate", "description": "Delegates.", "parameters": schema}
    transcript = [{"role": "user", "content": task}]
    stop, output = "max_steps", None
    while remaining():
        account["supervisor"] += 1
        reply = model(tuple(transcript) and list(transcript), [{"type": "function", "function": tool}])
        transcript.append(reply)
        if not (calls := reply.get("tool_calls")):
            stop, output = "final", reply.get("content") or ""
            break
        out = not remaining()
        for call in calls:
            transcript.append({
                "role": "tool",
                "tool_call_id": call["id"],
                "content": fail("max_steps", "over") if out else prepared(call)(),
            })
    return {"output": output, "stop": stop, "steps": account, "messages": transcript}
