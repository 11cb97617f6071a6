"""A generator yields what to ask the model and is sent its replies; the driver counts."""

import json
from itertools import count


def conversation(tools, messages, max_steps, max_bad_steps):
    seen, bad = list(messages), 0
    for step in count(1):
        reply = yield tuple(seen)
        seen.append(reply)
        calls = reply.get("tool_calls", None) or []
        if len(calls) == 0:
            return reply.get("content") or "", "final", step, seen
        if step == max_steps:
            for call in calls:
                seen.append(message(call, fault("max_steps", f"{max_steps} steps are over")))
            return None, "max_steps", step, seen
        verdicts = []
        for call in calls:
            good, content = attempt(call["function"], tools)
            verdicts.append(good)
            seen.append(message(call, content))
        bad = 0 if True in verdicts else bad + 1
        if max_bad_steps is not None and bad >= max_bad_steps:
            return None, "too_many_errors", step, seen


def message(call, content):
    return {"role": "tool", "tool_call_id": call["id"], "content": content}


def fault(kind, text):
    return json.dumps({"error": kind, "message": text})


def attempt(function, tools):
    name, text = function["name"], function["arguments"]
    if tools.get(name) is None:
        return False, fault("unknown_tool", json.dumps(list(tools)))
    arguments = {}
    if text.strip():
        try:
            arguments = json.JSONDecoder().decode(text)
        except ValueError as problem:
            return False, fault("invalid_json", f"{problem}")
    if not hasattr(arguments, "keys"):
        return False, fault("invalid_arguments", "no object: " + text)
    try:
        value = tools[name]["fn"](**arguments)
        return True, value if type(value) is str else json.JSONEncoder().encode(value)
    except Exception as problem:
        return False, fault("tool_error", "".join((type(problem).__name__, " ", str(problem))))


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if not max_steps >= 1 or not (max_bad_steps is None or max_bad_steps >= 1):
        raise ValueError("limits must be at least 1")
    specs = []
    for name in tools:
        picked = {key: tools[name][key] for key in ("description", "parameters")}
        specs.append({"type": "function", "function": {"name": name} | picked})
    talk = conversation(tools, messages, max_steps, max_bad_steps)
    asked = next(talk)
    try:
        while True:
            asked = talk.send(model(list(asked), list(specs)))
    except StopIteration as end:
        output, stop, steps, seen = end.value
    return {"output": output, "stop": stop, "steps": steps, "messages": seen}
