"""Encodes the results where the threads' answers are gathered."""

import json
from concurrent.futures import ThreadPoolExecutor


def _error(kind, message):
    return json.dumps({"error": kind, "message": message})


def _content(call, tools, validate):
    name = call["function"]["name"]
    if name not in tools:
        return _error("unknown_tool", f"no tool {name!r}; known tools: {', '.join(tools)}")
    tool = tools[name]
    text = call["function"]["arguments"]
    if not text.strip():
        args = {}
    else:
        try:
            args = json.loads(text)
        except json.JSONDecodeError as e:
            return _error("invalid_json", f"arguments are not valid JSON: {e}")
    if not isinstance(args, dict):
        return _error("invalid_arguments", "arguments must be a JSON object")
    if validate is not None:
        problems = validate(args, tool["parameters"])
        if problems:
            return _error("invalid_arguments", f"arguments do not fit the schema: {problems}")
    try:
        result = tool["fn"](**args)
        json.dumps(result)
        return result
    except Exception as e:
        return _error("tool_error", f"{type(e).__name__}: {e}")


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers must be at least 1")

    def answer(call):
        return {"role": "tool", "tool_call_id": call["id"], "content": _content(call, tools, validate)}

    if max_workers == 1:
        return [finish(answer(call)) for call in tool_calls]
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return [finish(m) for m in pool.map(answer, tool_calls)]


def finish(m):
    if not isinstance(m["content"], str):
        m["content"] = json.dumps(m["content"])
    return m
