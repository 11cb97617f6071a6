"""Each call becomes a function without arguments that gives its content; asked in list order."""
import copy
import functools
import json


def fails(kind, message):
    return lambda: json.dumps({"error": kind, "message": message})


def runs(fn, args):
    def content():
        try:
            value = fn(**args)
            return value if isinstance(value, str) else json.dumps(value)
        except Exception as e:
            return fails("tool_error", f"{type(e).__name__}: {e}")()

    return content


def prepared(tools, validate, call):
    name, text = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        return None, fails("unknown_tool", f"{name} not in {list(tools)}")
    try:
        args = json.loads(text) if text.strip() else {}
    except ValueError as e:
        return None, fails("invalid_json", f"{e}")
    if not isinstance(args, dict):
        return None, fails("invalid_arguments", f"{type(args)}")
    problems = validate(args, tools[name]["parameters"])
    if problems:
        return None, fails("invalid_arguments", f"{problems}")
    return (name, args), None


def execute_with_approval(tool_calls, tools, approve, validate):
    todo = [prepared(tools, validate, call) for call in tool_calls]

    def decide(item):
        ready, failed = item
        if failed:
            return failed
        name, args = ready
        tool = tools[name]
        if not tool.get("requires_approval"):
            return runs(tool["fn"], args)
        try:
            answer = copy.deepcopy(approve(name, copy.deepcopy(args)))
        except Exception as e:
            return fails("denied", f"no answer: {e!r}")
        match answer:
            case True:
                return runs(tool["fn"], args) if answer is True else fails("denied", "no bool")
            case dict():
                if validate(answer, tool["parameters"]):
                    return fails("invalid_arguments", "edited arguments")
                return runs(tool["fn"], answer)
            case _:
                return fails("denied", "no")

    final = functools.reduce(lambda done, item: [*done, decide(item)], todo, [])
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": content()}
        for call, content in zip(tool_calls, final)
    ]
