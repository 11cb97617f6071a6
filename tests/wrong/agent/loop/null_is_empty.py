import json


def _error(kind, text):
    return json.dumps({"error": kind, "message": text})


def _specs(tools):
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": tool["description"],
                "parameters": tool["parameters"],
            },
        }
        for name, tool in tools.items()
    ]


def _run_one(call, tools):
    """Gives (content, ok)."""
    name = call["function"]["name"]
    raw = call["function"]["arguments"]
    if name not in tools:
        return _error("unknown_tool", f"no tool {name!r}; known: {', '.join(tools)}"), False
    if not raw.strip():
        args = {}
    else:
        try:
            args = json.loads(raw) or {}
        except ValueError as exc:
            return _error("invalid_json", f"arguments are not JSON: {exc}"), False
    if not isinstance(args, dict):
        return _error("invalid_arguments", "arguments must be a JSON object"), False
    try:
        result = tools[name]["fn"](**args)
        content = result if isinstance(result, str) else json.dumps(result)
    except Exception as exc:
        return _error("tool_error", f"{type(exc).__name__}: {exc}"), False
    return content, True


def run_agent(model, tools, messages, max_steps=8, max_bad_steps=None):
    if max_steps < 1:
        raise ValueError("max_steps must be at least 1")
    if max_bad_steps is not None and max_bad_steps < 1:
        raise ValueError("max_bad_steps must be at least 1")
    transcript = list(messages)
    specs = _specs(tools)
    bad = 0
    for step in range(1, max_steps + 1):
        reply = model(list(transcript), specs)
        transcript.append(reply)
        calls = reply.get("tool_calls") or []
        if not calls:
            return {
                "output": reply.get("content") or "",
                "stop": "final",
                "steps": step,
                "messages": transcript,
            }
        if step == max_steps:
            for call in calls:
                transcript.append(
                    {
                        "role": "tool",
                        "tool_call_id": call["id"],
                        "content": _error("max_steps", "no steps left"),
                    }
                )
            break
        good = 0
        for call in calls:
            content, ok = _run_one(call, tools)
            good += ok
            transcript.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        bad = 0 if good else bad + 1
        if max_bad_steps is not None and bad >= max_bad_steps:
            return {
                "output": None,
                "stop": "too_many_errors",
                "steps": step,
                "messages": transcript,
            }
    return {"output": None, "stop": "max_steps", "steps": max_steps, "messages": transcript}
