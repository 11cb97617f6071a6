"""A generator for each call: it stops before its tool runs; all are brought there first."""
import copy
import json


def error(kind, text):
    return json.dumps({"message": text, "error": kind})


def life(call, tools, approve, validate):
    """Yields once, when everything but the tool is done; then gives the content."""
    name, raw = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        yield
        return error("unknown_tool", "tools: " + " ".join(tools))
    tool = tools[name]
    try:
        args = json.loads(raw) if raw and not raw.isspace() else {}
    except ValueError:
        yield
        return error("invalid_json", raw)
    if not isinstance(args, dict) or len(validate(args, tool["parameters"])):
        yield
        return error("invalid_arguments", "does not fit")
    if "requires_approval" in tool and tool["requires_approval"]:
        shown = copy.deepcopy(args)
        try:
            verdict = approve(name=name, args=shown)
        except Exception:
            verdict = None
        if type(verdict) is dict:
            args = copy.deepcopy(verdict)
            if validate(args, tool["parameters"]) != []:
                yield
                return error("invalid_arguments", "the edited arguments do not fit")
        elif verdict is not True:
            yield
            return error("denied", "denied by a person")
    yield
    try:
        result = tool["fn"](**args)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as e:
        return error("tool_error", repr(e))


def execute_with_approval(tool_calls, tools, approve, validate):
    lives = [life(call, tools, approve, validate) for call in tool_calls]
    for one in lives:
        next(one)
    messages = []
    for call, one in zip(tool_calls, lives):
        try:
            next(one)
        except StopIteration as end:
            content = end.value
        messages.append(dict(role="tool", tool_call_id=call["id"], content=content))
    return messages
