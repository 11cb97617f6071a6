"""A pool for every number of workers; futures in a list."""
import json
from concurrent.futures import ThreadPoolExecutor
from json import JSONDecodeError


def error(kind, message):
    return json.dumps(dict(message=message, error=kind))


def run_one(call, tools, validate):
    fn_part = call["function"]
    tool = tools.get(fn_part["name"])
    if tool is None:
        return error("unknown_tool", "known tools: " + json.dumps(sorted(tools)))
    raw = fn_part["arguments"].strip() or "{}"
    try:
        args = json.loads(raw)
    except JSONDecodeError as e:
        return error("invalid_json", repr(e))
    if not isinstance(args, dict):
        return error("invalid_arguments", f"expected an object, got {type(args).__name__}")
    if validate is not None:
        violations = validate(args, tool["parameters"])
        if violations:
            return error("invalid_arguments", "; ".join(map(str, violations)))
    try:
        result = tool["fn"](**args)
        if not isinstance(result, str):
            result = json.dumps(result)
    except Exception as e:
        return error("tool_error", repr(e))
    else:
        return result


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers <= 0:
        raise ValueError("max_workers")
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        futures = [pool.submit(run_one, call, tools, validate) for call in tool_calls]
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": future.result()}
        for call, future in zip(tool_calls, futures)
    ]
