"""1 counts as True."""
import json
from copy import deepcopy


def error(kind, message):
    return {"content": json.dumps({"error": kind, "message": message})}


def prepare(call, tools, validate):
    function = call["function"]
    if function["name"] not in tools:
        return error("unknown_tool", "tools: " + ", ".join(tools))
    text = function["arguments"].strip() or "{}"
    try:
        args = json.loads(text)
    except ValueError:
        return error("invalid_json", "not JSON: " + text)
    return checked(tools[function["name"]], args, validate)


def checked(tool, args, validate):
    if type(args) is not dict:
        return error("invalid_arguments", "an object is needed")
    found = validate(args, tool["parameters"])
    return error("invalid_arguments", repr(found)) if found else {"args": args}


def permission(name, tool, args, approve, validate):
    try:
        answer = approve(name, deepcopy(args))
    except Exception as why:
        return error("denied", repr(why))
    if answer == True:  # noqa
        return {"args": args}
    if isinstance(answer, dict):
        return checked(tool, deepcopy(answer), validate)
    return error("denied", "no permission")


def run(fn, args):
    try:
        result = fn(**args)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as why:
        return error("tool_error", repr(why))["content"]


def execute_with_approval(tool_calls, tools, approve, validate):
    states = [prepare(call, tools, validate) for call in tool_calls]
    for i, call in enumerate(tool_calls):
        name = call["function"]["name"]
        if "args" in states[i] and tools[name].get("requires_approval"):
            states[i] = permission(name, tools[name], states[i]["args"], approve, validate)
    answers = []
    for call, state in zip(tool_calls, states):
        if "args" in state:
            state["content"] = run(tools[call["function"]["name"]]["fn"], state["args"])
        answers.append({"role": "tool", "tool_call_id": call["id"], "content": state["content"]})
    return answers
