"""The threaded branch leaves the validation out."""
import json
from concurrent.futures import ThreadPoolExecutor


def _error(kind, message):
    return json.dumps({"error": kind, "message": message})


def _run(call, tools, validate):
    name = call["function"]["name"]
    raw = call["function"]["arguments"]
    if name not in tools:
        return _error("unknown_tool", f"unknown tool {name}, available: {list(tools)}")
    try:
        args = json.loads(raw) if raw.strip() else {}
    except json.JSONDecodeError as e:
        return _error("invalid_json", str(e))
    if not isinstance(args, dict):
        return _error("invalid_arguments", "arguments must be an object")
    if validate is not None:
        problems = validate(args, tools[name]["parameters"])
        if problems:
            return _error("invalid_arguments", str(problems))
    try:
        result = tools[name]["fn"](**args)
        if isinstance(result, str):
            return result
        return json.dumps(result)
    except Exception as e:
        return _error("tool_error", f"{type(e).__name__}: {e}")


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("max_workers must be >= 1")

    def one(call):
        content = _run(call, tools, validate)
        return {"role": "tool", "tool_call_id": call["id"], "content": content}

    if max_workers == 1:
        return [one(call) for call in tool_calls]
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        futures = [
            pool.submit(
                lambda c: {
                    "role": "tool",
                    "tool_call_id": c["id"],
                    "content": _run(c, tools, None),
                },
                call,
            )
            for call in tool_calls
        ]
        return [f.result() for f in futures]
