"""Takes (True, arguments) for an edit."""

import copy
import json


def _fail(kind, message):
    return json.dumps({"error": kind, "message": message})


def _check(args, tool, validate):
    if not isinstance(args, dict):
        return _fail("invalid_arguments", "arguments must be an object")
    problems = validate(args, tool["parameters"])
    if problems:
        return _fail("invalid_arguments", f"invalid arguments: {problems}")
    return None


def _prepare(call, tools, approve, validate):
    """Returns (error content, None, None) or (None, fn, args)."""
    name = call["function"]["name"]
    if name not in tools:
        return _fail("unknown_tool", f"no tool {name!r}; known: {', '.join(tools)}"), None, None
    tool = tools[name]
    text = call["function"]["arguments"]
    try:
        args = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as e:
        return _fail("invalid_json", str(e)), None, None
    error = _check(args, tool, validate)
    if error:
        return error, None, None
    if tool.get("requires_approval"):
        try:
            verdict = approve(name, copy.deepcopy(args))
        except Exception as e:
            return _fail("denied", f"approval failed: {type(e).__name__}: {e}"), None, None
        if isinstance(verdict, tuple) and len(verdict) == 2 and verdict[0] is True:
            verdict = verdict[1]
        if isinstance(verdict, dict):
            args = copy.deepcopy(verdict)
            error = _check(args, tool, validate)
            if error:
                return error, None, None
        elif verdict is not True:
            return _fail("denied", f"the call of {name} was not approved"), None, None
    return None, tool["fn"], args


def _run(fn, args):
    try:
        result = fn(**args)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as e:
        return _fail("tool_error", f"{type(e).__name__}: {e}")


def execute_with_approval(tool_calls, tools, approve, validate):
    prepared = [_prepare(call, tools, approve, validate) for call in tool_calls]
    messages = []
    for call, (error, fn, args) in zip(tool_calls, prepared):
        content = error if error is not None else _run(fn, args)
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
    return messages
