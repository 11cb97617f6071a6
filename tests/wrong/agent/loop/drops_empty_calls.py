"""Takes an empty tool_calls off the reply before it is appended."""

import json


def answer(call, tools):
    name = call["function"]["name"]
    raw = call["function"]["arguments"]

    def error(kind, text):
        return json.dumps({"error": kind, "message": text}), False

    if name not in tools:
        return error("unknown_tool", f"{name} is not one of {sorted(tools)}")
    if raw.strip() == "":
        args = {}
    else:
        try:
            args = json.loads(raw)
        except json.JSONDecodeError as e:
            return error("invalid_json", str(e))
    if type(args) is not dict:
        return error("invalid_arguments", "an object is needed")
    try:
        value = tools[name]["fn"](**args)
        if not isinstance(value, str):
            value = json.dumps(value)
        return value, True
    except Exception as e:
        return error("tool_error", repr(e))


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if max_steps < 1:
        raise ValueError("max_steps")
    if max_bad_steps is not None and max_bad_steps < 1:
        raise ValueError("max_bad_steps")
    specs = []
    for name, tool in tools.items():
        function = {"name": name, "description": tool["description"], "parameters": tool["parameters"]}
        specs.append({"type": "function", "function": function})
    history = messages[:]
    steps = bad = 0
    while True:
        reply = model(history[:], specs)
        steps += 1
        if not reply.get("tool_calls"):
            reply.pop("tool_calls", None)
        history.append(reply)
        calls = reply.get("tool_calls")
        if not calls:
            output = reply["content"]
            return {"output": "" if output is None else output, "stop": "final", "steps": steps, "messages": history}
        if steps == max_steps:
            text = json.dumps({"error": "max_steps", "message": "no step is left"})
            for call in calls:
                history.append({"role": "tool", "tool_call_id": call["id"], "content": text})
            return {"output": None, "stop": "max_steps", "steps": steps, "messages": history}
        worked = 0
        for call in calls:
            content, ok = answer(call, tools)
            worked += ok
            history.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        bad = 0 if worked else bad + 1
        if bad == max_bad_steps:
            return {"output": None, "stop": "too_many_errors", "steps": steps, "messages": history}
