import json
from concurrent.futures import ThreadPoolExecutor


def _fail(kind, message):
    return json.dumps({"error": kind, "message": message})


def _run(call, tools, validate):
    name = call["function"]["name"]
    text = call["function"]["arguments"]
    if name not in tools:
        return _fail("unknown_tool", f"no tool {name!r}; the tools are: {', '.join(tools)}")
    tool = tools[name]
    try:
        args = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        return _fail("invalid_json", f"not JSON: {error}")
    if not isinstance(args, dict):
        return _fail("invalid_arguments", "the arguments must be an object")
    if validate is not None:
        violations = validate(args, tool["parameters"])
        if violations:
            return _fail("invalid_arguments", "; ".join(map(str, violations)))
    try:
        result = tool["fn"](**args)
        if isinstance(result, str):
            return result.strip()
        return json.dumps(result)
    except Exception as error:
        return _fail("tool_error", f"{type(error).__name__}: {error}")


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers must be at least 1")
    if max_workers == 1:
        contents = [_run(call, tools, validate) for call in tool_calls]
    else:
        with ThreadPoolExecutor(max_workers) as pool:
            contents = list(pool.map(lambda call: _run(call, tools, validate), tool_calls))
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": content}
        for call, content in zip(tool_calls, contents)
    ]
